"""A demonstration of any size keeps every invariant."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from donations.models import Gift
from donations.settlement import GiftSettlement
from marketplace import orders, returns
from marketplace.models import Order, Product, Unit
from partners import chain
from partners.models import Entry, Seal, SplitRule
from tests.factories.donations import gift_received
from tests.factories.marketplace import book_refund, on_shelf, order_of, pay
from tests.factories.partners import SplitRuleFactory
from tests.factories.payments import RefundFactory, WebhookEventFactory
from tests.plugins.processes import wait_for
from weintl.mail.models import Mail
from weintl.payments.models import Payment, Refund, WebhookEvent
from weintl.staff import scale
from weintl.verify import collect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    """A little history: sent, cancelled and returned pieces, owned and consigned; gifts."""
    now = timezone.now()
    with transaction.atomic():
        live(now)
    return now


def live(now):
    first = on_shelf(consigned=5, owned=2, unit_cost=700, now=now)
    second = on_shelf(consigned=9, now=now)
    SplitRuleFactory(programme=second.product.programme, product_code=second.product.code)
    sent, cancelled, back = (
        pay(order_of({first: 2, second: 1}, now=now), now=now) for _number in range(3)
    )
    orders.mark_sent(order_id=sent.pk, actor=None, now=now)
    orders.mark_sent(order_id=back.pk, actor=None, now=now)
    orders.mark_delivered(order_id=back.pk, now=now)
    more = {"reason": "", "actor": None, "now": now}
    book_refund(returns.cancel(order_id=cancelled.pk, request_key="c", **more).refund, now=now)
    unit = Unit.objects.of(back).first()
    link = returns.refund(order_id=back.pk, unit_ids=[unit.pk], request_key="r", **more)
    book_refund(link.refund, now=now)
    gift = gift_received(now=now)
    refund = RefundFactory(payment=gift.payment, amount=1000, state="pending", refund_id="re_g")
    Payment.objects.filter(pk=gift.payment_id).update(refunded_amount=1000)
    payment = Payment.objects.get(pk=gift.payment_id)
    GiftSettlement().refunded(payment, refund, now=now)
    GiftSettlement().issue_papers(payment, now=now)
    WebhookEventFactory(payment=sent.payment, state="ignored", processed_at=now)
    WebhookEvent.objects.update(note="for the test")
    Mail.objects.update(state="failed")
    Payment.objects.filter(charge_id=None).update(charge_id=Concat(Value("ch_"), "session_id"))


def verify() -> list[str]:
    return [sentence for check in collect.checks() for sentence in check()]


def test_everything_is_there_so_many_times_and_all_invariants_hold(world):
    assert verify() == []
    models = [Product, Order, Unit, Gift, Payment, Refund, WebhookEvent, Entry, Mail]
    before = {model: model.objects.count() for model in models}
    rules = SplitRule.objects.filter(product_code="").count()
    told = list(scale.fill(scale=5, now=world + timedelta(hours=1)))
    assert (told[-1].scale, told[-1].of) == (5, 5)
    assert {model: model.objects.count() for model in models} == {
        model: 5 * count for model, count in before.items()
    }
    assert SplitRule.objects.filter(product_code="").count() == rules
    assert verify() == []
    # A transaction of a neighbour, in another database of the cluster too, holds sealing up.
    wait_for(lambda: [chain.seal(world)] and Seal.objects.count() == Entry.objects.count())
    assert not Mail.objects.filter(state="queued").exists()
    assert Order.objects.filter(number__startswith="WE-0").count() == 12
    for order in Order.objects.select_related("payment"):
        assert order.payment.reference == order.number


def test_the_copies_are_a_shop_like_any_other(world, client):
    list(scale.fill(scale=2, now=world))
    variant = Product.objects.filter(code__endswith="-x1").first().variants.get()
    with transaction.atomic():
        order = pay(order_of({variant: 1}, now=world), now=world)
    assert order.state == "paid"
    assert client.get(f"/en/orders/{order.token}/").status_code == 200
    copy = Order.objects.filter(number__startswith="WE-0").first()
    assert client.get(f"/en/orders/{copy.token}/").status_code == 200
    gift = Gift.objects.latest("pk")
    assert client.get(f"/en/giving/{gift.token}/").status_code == 200


def test_the_same_size_again_changes_nothing_and_another_is_refused(world):
    list(scale.fill(scale=2, now=world))
    count = Entry.objects.count()
    assert list(scale.fill(scale=2, now=world)) == []
    with pytest.raises(scale.NotReady, match="has scale 2 already"):
        list(scale.fill(scale=3, now=world))
    assert Entry.objects.count() == count


def test_what_is_under_way_is_not_copied(world):
    with transaction.atomic():
        order_of({on_shelf(consigned=1, now=world): 1}, now=world)
    with pytest.raises(scale.NotReady, match="open payments, held pieces"):
        list(scale.fill(scale=2, now=world))


def test_an_empty_site_has_nothing_to_copy():
    with pytest.raises(scale.NotReady, match="nothing to copy"):
        list(scale.fill(scale=2, now=timezone.now()))


@pytest.mark.parametrize(
    ("production", "arguments"),
    [(True, ["--scale", "2"]), (False, ["--scale", "0"]), (False, ["--scale=2", "--content-only"])],
)
def test_a_real_site_is_never_filled_with_copies(settings, production, arguments):
    settings.PRODUCTION = production
    with pytest.raises(CommandError, match="--scale"):
        call_command("seed", *arguments)
    assert not Product.objects.exists()
