"""Mails say what happened, in the buyer's language, and can be sent."""

import pytest

from marketplace import orders, returns
from marketplace.models import Unit
from tests.factories.marketplace import (
    AT,
    book_refund,
    end_unpaid,
    external_refund,
    on_shelf,
    order_of,
    pay,
)
from weintl.mail.composing import compose
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db


def cause(what, language):
    """Let something happen that the buyer is told of, and return the order."""
    scarf = on_shelf(consigned=2)
    if what == "order_unfillable":
        late = end_unpaid(order_of({scarf: 2}, language=language))
        pay(order_of({scarf: 1}))
        return pay(late)
    order = pay(order_of({scarf: 2}, language=language))
    if what == "order_sent":
        orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    if what == "order_refunded":
        external_refund(order, 1000)
    return order


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("order_confirmation", ["$57.90", "$49.90", "Pay to the makers", "$18.00"]),
        ("order_unfillable", ["$57.90", "sorry"]),
        ("order_refunded", ["$10.00", "$57.90"]),
        ("order_sent", ["30 days"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_mail_reads_in_both_languages_as_text_and_html(what, words, language):
    order = cause(what, language)
    mail = Mail.objects.get(cause=f"order:{order.pk}", template=f"marketplace/{what}")
    message = compose(mail)
    html = message.alternatives[0].content
    for body in (message.body, html):
        assert f"/{language}/orders/{order.token}/" in body
        if language == "en":
            for word in words:
                assert word in body
        else:
            assert "$" in body or what == "order_sent"
    assert order.number in message.subject
    assert "\n" not in message.subject
    assert message.to == ["ana@example.org"]
    assert "Ana Ruiz" in message.body
    assert "<img" not in html


def test_a_name_with_a_tag_in_it_stays_words():
    order = pay(order_of({on_shelf(consigned=1): 1}))
    mail = Mail.objects.get(cause=f"order:{order.pk}")
    mail.context["name"] = "<b>Ana</b>"
    message = compose(mail)
    assert "<b>Ana</b>" not in message.alternatives[0].content
    assert "<b>Ana</b>" in message.body


def test_the_mail_of_a_refund_names_its_pieces_delivery_and_goodwill():
    order = pay(order_of({on_shelf(consigned=2): 2}))
    units = list(Unit.objects.of(order).values_list("pk", flat=True))
    link = returns.refund(
        order_id=order.pk,
        unit_ids=units,
        with_shipping=True,
        reason="x",
        request_key="k",
        actor=None,
        now=AT,
    )
    book_refund(link.refund)
    mail = Mail.objects.get(template="marketplace/order_refunded")
    message = compose(mail)
    for body in (message.body, message.alternatives[0].content):
        for words in ("Scarf", "× 2", "$49.90", "Delivery", "$8.00", "credit note"):
            assert words in body, words


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_refund_that_the_bank_sends_back_is_told_honestly_and_once(language):
    order = pay(order_of({on_shelf(consigned=2): 2}, language=language))
    refund = external_refund(order, 1000)
    for _ in range(2):
        book_refund(refund, state="failed")
    mail = Mail.objects.get(template="marketplace/order_refund_failed")
    message = compose(mail)
    words = {"en": "find another way", "es": "encontremos otra manera"}[language]
    for body in (message.body, message.alternatives[0].content):
        assert words in body
        assert "10" in body
    assert order.number in message.subject
