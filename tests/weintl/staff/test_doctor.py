"""The doctor names what is wrong and how to mend it."""

import pytest
from django.core.management import call_command

from tests.factories.payments import PaymentFactory
from weintl.organisation.models import Organisation
from weintl.staff import demo, doctor

pytestmark = pytest.mark.django_db


@pytest.fixture
def installation(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STRIPE_API_BASE = "http://127.0.0.1:8400"
    demo.load_people()
    demo.load_organisation()


def test_a_complete_demonstration_is_well(installation, capsys):
    call_command("doctor")
    out = capsys.readouterr().out
    assert "MEND" not in out
    assert len(out.splitlines()) == len(doctor.CHECKS)


def test_what_is_missing_is_named_with_its_cure(installation, settings, capsys):
    settings.STRIPE_API_BASE = ""
    settings.STRIPE_SECRET_KEY = ""
    Organisation.objects.all().delete()
    with pytest.raises(SystemExit) as stop:
        call_command("doctor")
    assert stop.value.code == 1
    out = capsys.readouterr().out
    assert "MEND  Payments: Set STRIPE_SECRET_KEY." in out
    assert "MEND  Organisation" in out


@pytest.mark.parametrize(
    ("changes", "check", "is_well"),
    [
        ({"DEMO": False, "STRIPE_API_BASE": "http://x"}, doctor.payments, False),
        ({"STRIPE_API_BASE": "", "STRIPE_SECRET_KEY": "rk_test"}, doctor.payments, False),
        ({"DEMO": False, "EMAIL_URL": ""}, doctor.mail, False),
        ({"DEMO": False, "ENCRYPTION_KEYS": []}, doctor.encryption, False),
        ({"DEMO": False, "ENCRYPTION_KEYS": ["k"]}, doctor.encryption, False),
        ({"DEMO": False}, doctor.encryption, True),
        ({"FOUR_EYES": True}, doctor.people, False),
    ],
)
def test_each_subject(settings, changes, check, is_well):
    settings.STRIPE_WEBHOOK_SECRETS = []
    for name, value in changes.items():
        setattr(settings, name, value)
    assert check().is_well is is_well


def test_orders_settled_in_a_foreign_currency_are_found():
    settled = {"settled_amount": 3600, "fee_amount": 100, "net_amount": 3500}
    PaymentFactory(is_paid=True, purpose="order", settled_currency="usd", **settled)
    assert doctor.settlement().is_well
    PaymentFactory(is_paid=True, purpose="order", settled_currency="eur", **settled)
    found = doctor.settlement()
    assert not found.is_well
    assert "settled in EUR" in found.remark


def test_a_broker_that_is_away_is_found(monkeypatch):
    monkeypatch.setattr(
        "weintl.staff.doctor.app.connection_for_write",
        lambda **options: __import__("kombu").Connection("redis://127.0.0.1:1/0", **options),
    )
    assert not doctor.broker().is_well
