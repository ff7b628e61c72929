"""The least valid rows of partners, programmes, split rules."""

from datetime import UTC, datetime, timedelta

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from partners import bank, exports, ledger, payout_returns, payouts, postings
from partners.models import (
    DueDiligence,
    Entry,
    Partner,
    Programme,
    Seal,
    SplitRule,
    StatusChange,
)
from tests.plugins.processes import wait_for
from weintl.accounts.models import User

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
# The steps that lead there from the foot of the ladder.
CLIMBS = {
    "candidate": (),
    "vetted": ("vetted",),
    "active": ("vetted", "active"),
    "paused": ("vetted", "active", "paused"),
    "closed": ("closed",),
}


class StaffFactory(factory.django.DjangoModelFactory):
    """Someone who works here."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"staff{n}@example.org")
    is_staff = True


class PartnerFactory(factory.django.DjangoModelFactory):
    """A partner that the site shows: it has climbed to `status`, all points passed."""

    class Meta:
        model = Partner

    @classmethod
    def _create(cls, model_class, *args, status: str, **kwargs):
        partner = super()._create(model_class, *args, **kwargs)
        if CLIMBS[status]:
            climb(partner, CLIMBS[status])
        return partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    slug = factory.Sequence(lambda n: f"partner-{n}")
    country = "NP"
    status = Partner.Status.ACTIVE
    summary_en = "A workshop."
    summary_es = "Un taller."


def pass_checks(partner: Partner) -> None:
    """Say of each point of its due diligence that it is passed, for ever."""
    points = DueDiligence.Point.values
    known = {"outcome": "passed", "checked_on": LONG_AGO.date()}
    DueDiligence.objects.bulk_create(
        [DueDiligence(partner=partner, point=point, **known) for point in points],
        update_conflicts=True,
        unique_fields=["partner", "point"],
        update_fields=list(known),
    )


def climb(partner: Partner, steps: tuple[str, ...]) -> None:
    """Let a candidate pass its checks and take these steps, in three statements."""
    pass_checks(partner)
    actor, _made = User.objects.get_or_create(email="ladder@example.org")
    StatusChange.objects.bulk_create(
        StatusChange(
            partner=partner,
            before=before,
            after=after,
            reason="For a test",
            actor=actor,
            changed_at=LONG_AGO,
        )
        for before, after in zip(("candidate", *steps), steps, strict=False)
    )
    partner.status = steps[-1]


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


def bank_details(programme, *, at: datetime, number: str = "001234567890"):
    """Return bank details of `programme` in force at `at`, with one person for each act."""
    account = bank.Account("Loom Cooperative", number, "LOOMUS33", "US")
    proposed = bank.propose(
        programme=programme,
        account=account,
        reason="First details",
        actor=StaffFactory(),
        now=at - timedelta(days=9),
    )
    return bank.approve(
        details=proposed,
        number=number,
        actor=StaffFactory(),
        now=at - timedelta(days=8),
        four_eyes=True,
    )


def piece(number: int, *, programme="loom", supply="consigned", **fields) -> postings.SoldUnit:
    """Return one piece of 24.95: 9.00 to the makers, 2.50 and 1.50 to two uses."""
    known = {"net": 2_495, "tax": 0, "maker_amount": 900}
    known["uses"] = {"long_term_care": 250, "education": 150}
    return postings.SoldUnit(
        key=str(number), programme_code=programme, supply=supply, **{**known, **fields}
    )


def sell(*pieces: postings.SoldUnit, at: datetime, payment: str = "", matures=None) -> None:
    """Post a sale; with `matures` (a time) all of it may be paid out from then on."""
    postings.post_sale(
        payment_key=payment or f"p-{pieces[0].key}",
        currency="usd",
        shipping=0,
        units=list(pieces),
        occurred_at=at,
    )
    if matures:
        for kind in ("maker_payable", "fund"):
            ledger.set_maturity(
                source_keys=[f"unit/{each.key}/split" for each in pieces],
                kind=kind,
                matures_at=matures,
            )


def take_back(*pieces: postings.SoldUnit, at: datetime, key: str, is_dispatched: bool) -> None:
    """Post the refund of pieces."""
    postings.post_unit_refund(
        refund_key=key,
        currency="usd",
        units=[postings.RefundedUnit(each, is_dispatched=is_dispatched) for each in pieces],
        shipping=0,
        goodwill=0,
        occurred_at=at,
    )


def approved_payout(programme, *, at: datetime, proposer=None, currency: str = "usd"):
    """Return a payout of all that is due to `programme`, with a person for each step."""
    drafted = payouts.propose(
        programme=programme,
        currency=currency,
        cut_off=at,
        actor=proposer or StaffFactory(),
        now=at,
    )
    handed = payouts.submit(payout=drafted, actor=StaffFactory(), now=at)
    return payouts.approve(
        payout=handed,
        seen=payouts.fingerprint(handed),
        actor=StaffFactory(),
        now=at,
        four_eyes=True,
    )


def paid_payout(programme, *, at: datetime, paid_at: datetime, fee: int = 0, currency: str = "usd"):
    """Return a payout that the bank paid at `paid_at`, with its statement issued."""
    payout = approved_payout(programme, at=at, currency=currency)
    exports.export(payouts=[payout], actor=StaffFactory(), now=at)
    return payouts.mark_paid(
        payout=payout,
        reference=f"BANK-{payout.pk}",
        fee=fee,
        paid_on=paid_at.date(),
        actor=StaffFactory(),
        now=paid_at,
    )


def sent_back(payout, *, at: datetime, fee: int = 0):
    """Return a paid payout whose money came back to our bank at `at`."""
    return payout_returns.mark_returned(
        payout=payout,
        reference=f"BACK-{payout.pk}",
        fee=fee,
        returned_on=at.date(),
        reason="Account closed",
        actor=StaffFactory(),
        now=at,
    )


def take_step(partner: Partner, to: str, reason: str = "For a test") -> Partner:
    """Let a partner take one step on the ladder, and return it as it stands then."""
    StatusChange.objects.create(
        partner=partner,
        before=partner.status,
        after=to,
        reason=reason,
        actor=StaffFactory(),
        changed_at=LONG_AGO,
    )
    partner.refresh_from_db()
    return partner


def seal_all(*, now: datetime) -> None:
    """Seal every entry, once no transaction of a neighbour in the cluster holds sealing up."""
    wait_for(lambda: [ledger.seal(now)] and Seal.objects.count() == Entry.objects.count())
