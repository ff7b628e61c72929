"""Sales that staff enter: at a fair, in cash, handed over, unless something else is said."""

from dataclasses import replace

from marketplace import entering, offers
from marketplace.entering import Sale
from marketplace.offers import Details
from weintl.payments import offline
from weintl.payments.models import Way

from .marketplace import AT

FAIR = Details(email="", name="", street="", city="", country="US", region="WI")


def sale_of(lines, **changes):
    given = {
        "channel": "fair",
        "way": Way.CASH,
        "lines": {variant.pk: number for variant, number in lines.items()},
        "details": FAIR,
        "is_handed_over": True,
    }
    return Sale(**{**given, **changes})


def shown_of(sale, **changes):
    quote = entering.foresee(sale, now=AT).quote
    return replace(offers.read_shown(offers.write_shown(quote)), **changes)


def enter(sale, *, shown=None, actor=None, now=AT):
    return entering.place(sale, shown=shown or shown_of(sale), actor=actor, now=now)


def come_in(order, *, now=AT, **changes):
    given = {
        "amount": order.payment.money,
        "reference": "Statement 4",
        "day": now.date(),
        "actor": None,
        "now": now,
    }
    offline.receive(payment_id=order.payment_id, **{**given, **changes})
    order.refresh_from_db()
    return order
