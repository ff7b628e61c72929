"""A rule is written in amounts and per cent and stored in cents and millionths, exactly."""

import pytest

from partners.forms import SplitRuleForm
from tests.factories.partners import ProgrammeFactory, SplitRuleFactory

pytestmark = pytest.mark.django_db


def data(**changes: str) -> dict[str, object]:
    return {
        "programme": ProgrammeFactory().pk,
        "product_code": "",
        "currency": "usd",
        "reason": "",
        "maker_pay": "30.60",
        "programme_share": "37.1234",
        "long_term_care": "37.5",
        "education": "25",
        "medical_psychological": "25",
        "legal_aid": "12.5",
        "starts_at_0": "2027-01-01",
        "starts_at_1": "00:00",
        "ends_at_0": "",
        "ends_at_1": "",
        **changes,
    }


def test_amounts_and_shares_are_stored_exactly():
    form = SplitRuleForm(data())
    assert form.is_valid(), form.errors
    rule = form.instance
    assert (rule.maker_pay_amount, rule.programme_ppm) == (3060, 371_234)
    assert list(rule.weights.values()) == [375_000, 250_000, 250_000, 125_000]
    assert rule.effective.lower.year == 2027
    assert rule.effective.upper is None


@pytest.mark.parametrize(
    ("currency", "typed", "stored"), [("jpy", "900", 900), ("kwd", "1.234", 1_234)]
)
def test_pay_is_written_in_the_coins_that_its_currency_has(currency, typed, stored):
    form = SplitRuleForm(data(currency=currency, maker_pay=typed))
    assert form.is_valid(), form.errors
    assert form.instance.maker_pay_amount == stored
    assert "maker_pay" in SplitRuleForm(data(currency="jpy", maker_pay="9.50")).errors


def test_a_stored_rule_is_shown_as_it_was_written():
    form = SplitRuleForm(instance=SplitRuleFactory(maker_pay_amount=3060))
    assert str(form.initial["maker_pay"]) == "30.60"
    assert form.initial["programme_share"] == 25
    assert form.initial["long_term_care"] == 40


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_aid": "12.4999"}, "legal_aid"),
        ({"legal_aid": "-1"}, "legal_aid"),
        ({"programme_share": "100.1"}, "programme_share"),
        ({"maker_pay": "-1"}, "maker_pay"),
        ({"currency": "jpy", "maker_pay": "30.60"}, "maker_pay"),
        ({"ends_at_0": "2026-12-31", "ends_at_1": "00:00"}, "ends_at"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(changes, field):
    form = SplitRuleForm(data(**changes))
    assert not form.is_valid()
    assert field in form.errors
