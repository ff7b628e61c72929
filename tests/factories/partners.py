"""The least valid rows of partners, programmes, split rules."""

from datetime import UTC, datetime

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from partners.models import Partner, Programme, SplitRule
from weintl.accounts.models import User

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


class StaffFactory(factory.django.DjangoModelFactory):
    """Someone who works here."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"staff{n}@example.org")
    is_staff = True


class PartnerFactory(factory.django.DjangoModelFactory):
    """A partner that the site shows."""

    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    slug = factory.Sequence(lambda n: f"partner-{n}")
    country = "NP"
    status = Partner.Status.ACTIVE
    summary_en = "A workshop."
    summary_es = "Un taller."


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """A programme that the site shows."""

    class Meta:
        model = Programme

    partner = factory.SubFactory(PartnerFactory)
    code = factory.Sequence(lambda n: f"P{n}")
    name_en = factory.Sequence(lambda n: f"Programme {n}")
    name_es = factory.Sequence(lambda n: f"Programa {n}")
    slug_en = factory.Sequence(lambda n: f"programme-{n}")
    slug_es = factory.Sequence(lambda n: f"programa-{n}")
    pillar = "aftercare"
    country = "NP"
    summary_en = "Looms and lessons."
    summary_es = "Telares y clases."


class SplitRuleFactory(factory.django.DjangoModelFactory):
    """An approved rule: 9.00 a piece to the makers, 25 % to the programme, 40/30/20/10."""

    class Meta:
        model = SplitRule

    programme = factory.SubFactory(ProgrammeFactory)
    maker_pay_amount = 900
    currency = "usd"
    programme_ppm = 250_000
    long_term_care_ppm = 400_000
    education_ppm = 300_000
    medical_psychological_ppm = 200_000
    legal_aid_ppm = 100_000
    effective = DateTimeTZRange(LONG_AGO, None, "[)")
    created_by = factory.SubFactory(StaffFactory)
    created_at = LONG_AGO
    approved_by = factory.SubFactory(StaffFactory)
    approved_at = LONG_AGO
