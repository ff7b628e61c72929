"""What staff counted on the shelves, beside what the books said. Rules: docs/staff/counting.md."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import MinorUnitsField

from .catalogue import Variant


def new_request() -> str:
    """Return a word that makes one count of one form, however often it is sent."""
    return uuid4().hex


class StockCount(models.Model):
    """One act of counting; its lines say what was found. Written once, never changed."""

    words = models.CharField(_("own words"), max_length=250, blank=True)
    # One form books once, however often it is submitted.
    request_key = models.CharField(max_length=64, unique=True, editable=False, default=new_request)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("counted by"),
    )
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        indexes = [models.Index(fields=["-counted_at", "-id"], name="stock_count_newest")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class StockCountLine(models.Model):
    """What was found of one variant, what the books said, and why they differed."""

    class Reason(models.TextChoices):
        BOOKS = "books", _("the books were wrong")
        LOST = "lost", _("lost or stolen")
        SPOILT = "spoilt", _("damaged or spoilt")
        USED = "used", _("used as a sample, or given away")
        BACK = "back", _("given back to the makers")
        FOUND = "found", _("found again")

    # A consigned piece that went while we kept it: its makers get their pay, the shop bears it.
    OURS = frozenset({Reason.LOST, Reason.SPOILT, Reason.USED})

    count = models.ForeignKey(
        StockCount, models.PROTECT, related_name="lines", verbose_name=_("stock count")
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    book_owned = models.IntegerField(_("owned, in the books"))
    book_consigned = models.IntegerField(_("consigned, in the books"))
    owned = models.IntegerField(_("owned, counted"))
    consigned = models.IntegerField(_("consigned, counted"))
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, blank=True)
    # What left the value of owned pieces; below zero for what was found.
    cost_amount = MinorUnitsField(_("cost written off"), default=0)
    maker_amount = MinorUnitsField(_("owed to makers"), default=0)

    class Meta:
        verbose_name = _("line of a stock count")
        verbose_name_plural = _("lines of a stock count")
        constraints = [
            models.UniqueConstraint(fields=["count", "variant"], name="stock_count_line_once"),
            models.CheckConstraint(
                condition=Q(owned__gte=0, consigned__gte=0, maker_amount__gte=0),
                name="stock_count_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    reason="",
                    owned=F("book_owned"),
                    consigned=F("book_consigned"),
                    cost_amount=0,
                    maker_amount=0,
                )
                | (~Q(reason="") & ~Q(owned=F("book_owned"), consigned=F("book_consigned"))),
                name="stock_count_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.variant}"

    @property
    def source_key(self) -> str:
        """Return what names it in moves and ledger."""
        return f"count/{self.count_id}/{self.variant_id}"
