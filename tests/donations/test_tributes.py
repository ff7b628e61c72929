"""A gift in somebody's name: its card goes once, says who but never how much, and can be erased."""

from dataclasses import replace

import pytest
from django.db import IntegrityError

from donations import gifts, tributes
from donations.models import Gift, Tribute
from donations.settlement import GiftSettlement
from tests.factories.donations import FundFactory, GiftFactory
from weintl.mail import composing
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
WISH = tributes.Wish(
    kind="memory",
    honoured_name="Ines Prado",
    recipient_name="Tom",
    recipient_email="tom@example.org",
    message="She would have\nliked this.",
)


@pytest.fixture
def honoured(now):
    """Make a gift in somebody's name that was paid."""

    def make(wish=WISH, **values) -> Gift:
        gift = GiftFactory(is_paid=True, **{"donor_name": "Ana Ruiz", **values})
        tributes.keep(wish, gift=gift)
        GiftSettlement().paid(gift.payment, now=now)
        gift.refresh_from_db()
        return gift

    return make


def card_of(gift: Gift) -> Mail:
    return Mail.objects.get(key=tributes.card_key(gift))


def test_the_card_waits_for_the_gift_and_goes_once(now):
    gift = GiftFactory(is_paid=True)
    tributes.keep(WISH, gift=gift)
    assert not Mail.objects.exists()
    for _turn in range(2):
        GiftSettlement().paid(gift.payment, now=now)
    assert Mail.objects.filter(template="donations/tribute_card").count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Dear Tom", "Ana Ruiz has made a gift in memory of Ines Prado", "Education")),
        ("es", ("Hola, Tom", "Ana Ruiz ha hecho una donación en memoria de Ines Prado")),
    ],
)
def test_it_says_who_and_whom_in_the_gift_s_language_and_not_how_much(honoured, language, words):
    mail = card_of(honoured(language=language, amount=4321))
    message = composing.compose(mail)
    html = message.alternatives[0].content
    assert message.to == ["tom@example.org"]
    assert "Ines Prado" in message.subject
    assert not message.attachments
    for text in (message.body, html):
        for each in (*words, "She would have"):
            assert each in text
        assert "43.21" not in text
        assert "43,21" not in text


def test_an_anonymous_giver_is_not_named(honoured):
    body = composing.compose(card_of(honoured(is_anonymous=True))).body
    assert "Someone has made a gift in memory of" in body
    assert "Ana" not in body


def test_a_body_is_named_by_its_name(honoured):
    gift = honoured(giver="organisation", organisation_name="Loom Ltd")
    body = composing.compose(card_of(gift)).body
    assert "Loom Ltd has made a gift" in body


def test_without_an_address_there_is_no_card(honoured):
    bare = replace(WISH, recipient_name="", recipient_email="", message="")
    gift = honoured(bare)
    assert not Mail.objects.filter(key=tributes.card_key(gift)).exists()
    assert gift.tribute.honoured_name == "Ines Prado"


def test_erasing_leaves_nobody_in_it(honoured, now):
    gift = honoured()
    other = honoured()
    tributes.erase(gift.donor, now=now)
    kept = Tribute.objects.get(gift=gift)
    assert not (kept.honoured_name or kept.recipient_name or kept.recipient_email or kept.message)
    assert Tribute.objects.get(gift=other).honoured_name == "Ines Prado"


@pytest.mark.parametrize(
    "faulty",
    [
        {"honoured_name": ""},
        {"recipient_email": ""},
        {"kind": "other"},
    ],
)
def test_the_database_refuses_half_a_tribute(faulty):
    with pytest.raises(IntegrityError):
        tributes.keep(replace(WISH, **faulty), gift=GiftFactory())


@pytest.mark.parametrize(
    "faulty", [{"giver": "organisation"}, {"organisation_name": "Loom Ltd"}, {"giver": "x"}]
)
def test_the_database_refuses_half_a_body(faulty):
    with pytest.raises(IntegrityError):
        GiftFactory(**faulty)


def test_another_tribute_needs_another_form_and_the_same_is_the_same_gift(now):
    fund = FundFactory()

    def start(extras):
        return gifts.start(
            email="ana@example.org",
            name="Ana",
            fund=fund,
            amount=GiftFactory.build(donor=None, fund=None, payment=None).money,
            is_fee_covered=False,
            language="en",
            submission_key="k",
            extras=extras,
            now=now,
        ).pk

    first = start(gifts.Extras(tribute=WISH))
    assert start(gifts.Extras(tribute=WISH)) == first
    with pytest.raises(gifts.FormUsed):
        start(gifts.Extras(tribute=replace(WISH, message="Other.")))
    assert Tribute.objects.count() == 1
