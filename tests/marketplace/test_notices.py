"""Mails say what happened, in the buyer's language, and can be sent."""

import pytest

from marketplace import orders
from tests.factories.marketplace import (
    AT,
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
