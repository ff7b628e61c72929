"""Variants of which few are left, as whoever orders new ones sees them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from weintl.organisation.models import Organisation

from .catalogue import Variant
from .free import FREE
from .orders import Unit

# Sales of so many days say how long the rest will last.
SOLD_WITHIN = timedelta(days=30)
DAYS = SOLD_WITHIN.days


class LowVariantQuerySet(QuerySet["LowVariant"]):
    """Reads of variants of which few are left."""

    def low(self) -> "LowVariantQuerySet":
        """Return those of the shop with so few free pieces as they, or the organisation, say.

        A one-of-a-kind piece is low by nature: it counts only where it says a number itself.
        """
        usual = Value(Organisation.current().low_stock_at)
        return (
            self.filter(
                is_active=True,
                currency=settings.BASE_CURRENCY,
                product__is_published=True,
                product__programme__is_active=True,
                product__programme__partner__status="active",
            )
            .exclude(product__is_one_of_a_kind=True, low_at=None)
            .annotate(free=FREE, low_from=Coalesce("low_at", usual))
            .filter(free__lte=F("low_from"))
        )

    def with_sales(self, *, now: datetime) -> "LowVariantQuerySet":
        """Add `sold`, the pieces sold within DAYS that were not taken back, and `days_left`.

        `days_left` is whole days at that pace, None where nothing was sold. Needs `low`.
        """
        gone = [Unit.State.CANCELLED, Unit.State.RETURNED]
        pieces = (
            Unit.objects.filter(
                line__variant=OuterRef("pk"), line__order__paid_at__gte=now - SOLD_WITHIN
            )
            .exclude(state__in=gone)
            .order_by()
            .values("line__variant")
            .annotate(pieces=Count("pk"))
            .values("pieces")
        )
        rows: Any = self.annotate(sold=Coalesce(Subquery(pieces), 0))
        left = Case(
            When(Q(sold__gt=0, free__gt=0), then=F("free") * DAYS / F("sold")),
            When(sold__gt=0, then=Value(0)),
        )
        return rows.annotate(days_left=left)


class LowVariant(Variant):
    """A variant as whoever orders new pieces sees it."""

    objects = LowVariantQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("variant with few pieces left")
        verbose_name_plural = _("low stock")
