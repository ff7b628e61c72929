"""What would fail with the first payment fails at the start."""

import pytest

from weintl.payments import checks
from weintl.payments.handlers import PaymentHandler

HERE = "tests.weintl.payments.test_checks"


class Deaf(PaymentHandler):
    def paid(self, payment, *, now):
        """Answers only this."""


class NoHandler:
    """Something else."""


def ids(messages):
    return [message.id for message in messages]


def test_a_complete_handler_passes():
    assert checks.handlers(None) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("nowhere.at.all", "payments.E001"),
        (f"{HERE}.Missing", "payments.E001"),
        (f"{HERE}.NoHandler", "payments.E002"),
        (f"{HERE}.Deaf", "payments.E003"),
    ],
)
def test_a_handler_that_cannot_answer_is_an_error(settings, path, expected):
    settings.PAYMENT_HANDLERS = {"test": path}
    found = checks.handlers(None)
    assert ids(found) == [expected]


def test_the_error_names_what_is_missing(settings):
    settings.PAYMENT_HANDLERS = {"test": f"{HERE}.Deaf"}
    [error] = checks.handlers(None)
    assert "disputed, expired, failed, refunded, settled" in error.msg


def test_a_live_key_stays_with_the_provider(settings):
    settings.STRIPE_LIVE = True
    settings.STRIPE_API_BASE = "http://127.0.0.1:8400"
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert ids(checks.keys(None)) == ["payments.E004", "payments.E005"]
    settings.STRIPE_API_BASE = ""
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_x"]
    assert checks.keys(None) == []


def test_a_test_key_may_go_anywhere(settings):
    settings.STRIPE_LIVE = False
    settings.STRIPE_API_BASE = "http://127.0.0.1:8400"
    assert checks.keys(None) == []
