"""Few pieces left: a list that staff take along, and one mail a week while there is any."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from partners.sheets import sheet
from weintl.accounts.models import User
from weintl.mail import outbox
from weintl.web import absolute

from .models import LowVariant

GROUP = "shop"
# A mail names so many, those that last shortest; the list has all.
NAMED = 30


def soonest(*, now: datetime, programme: str = "") -> Any:
    """Return the low variants, those that sell out soonest first, with product and programme."""
    rows: Any = LowVariant.objects.low().with_sales(now=now)  # type: ignore[attr-defined]
    if programme:
        rows = rows.filter(product__programme__code=programme)
    return rows.select_related("product__programme").order_by("days_left", "free", "sku")


def as_csv(rows: Any) -> bytes:
    """Return low variants, as `soonest` reads them, as CSV."""
    head = [_("SKU"), _("piece"), _("programme"), _("place"), _("free"), _("low from")]
    head += [_("sold in 30 days"), _("days left")]
    return sheet(
        head,
        (
            (
                row.sku, row.title, row.product.programme.code, row.place, row.free,
                row.low_from, row.sold, "" if row.days_left is None else row.days_left,
            )
            for row in rows
        ),
    )  # fmt: skip


def remind(*, now: datetime) -> int:
    """Write each member of the group shop one mail a week with what is low; return to how many.

    Nothing low: no mail. Safe to repeat: the key names the week.
    """
    # A person's language is stored nowhere: staff choose it for the browser only.
    language = settings.LANGUAGE_CODE
    with override(language):
        context = _context(now=now)
    if not context["rows"]:
        return 0
    year, week, _day = localdate(now).isocalendar()
    people = list(_people())
    with transaction.atomic():
        for person in people:
            outbox.queue(
                key=f"low-stock/{year}-W{week:02}/{person.pk}",
                template="marketplace/low_stock",
                to=person.email,
                language=language,
                context={"name": str(person), **context},
                cause=f"user:{person.pk}",
                now=now,
            )
    return len(people)


def _people() -> Any:
    staff = User.objects.filter(is_active=True, is_staff=True, groups__name=GROUP)
    return staff.exclude(email="").distinct().order_by("pk")


def _context(*, now: datetime) -> dict[str, Any]:
    rows = soonest(now=now)
    first = [
        {
            "words": f"{row.sku}, {row.title}",
            "free": row.free,
            "sold": row.sold,
            "days": row.days_left,
        }
        for row in rows[:NAMED]
    ]
    return {
        "rows": first,
        "more": max(rows.count() - len(first), 0) if len(first) == NAMED else 0,
        "url": absolute(reverse("admin:marketplace_lowvariant_changelist")),
    }
