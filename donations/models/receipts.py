"""Receipts for gifts: numbered without gaps, frozen when issued, void rather than changed."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty

from .gifts import Gift, GiftRefund


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Reads of receipts."""

    def live(self) -> "ReceiptQuerySet":
        """Return the receipts that hold: at most one of a gift."""
        return self.filter(voiding=None)


class Receipt(models.Model):
    """What we acknowledge to have received, for one gift. What changes later makes another.

    `contents` name no person: the donor stands in `ReceiptDonor`, so that it can be erased and
    the hash still holds. A trigger sets the hash and refuses every change but of
    `waits_for_paper`. A gift's receipts are a chain: one replaces none, each is replaced by one
    at most, and only after it was made void.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(_("series"), max_length=4)
    year = models.PositiveIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="receipts", verbose_name=_("gift"))
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacement",
        verbose_name=_("replaces"),
    )
    currency = CurrencyField(_("currency"))
    # What was given and kept, a covered fee with it; of it, what goods or services were worth.
    total_amount = MinorUnitsField(_("received"))
    advantage_amount = MinorUnitsField(_("worth of what was given in return"), default=0)
    eligible_amount = MinorUnitsField(_("gift"))
    # The day of the gift where the organisation is: the year that it counts for.
    received_on = models.DateField(_("received on"))
    language = models.CharField(_("language"), max_length=5)
    wording = models.CharField(_("wording"), max_length=30)
    issued_at = models.DateTimeField(_("issued"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)
    contents = models.JSONField(_("contents"))
    # Of the contents as PostgreSQL writes jsonb; the database computes it.
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False, default="")
    waits_for_paper = models.BooleanField(default=True, editable=False)

    total = MoneyProperty("total_amount")
    advantage = MoneyProperty("advantage_amount")
    eligible = MoneyProperty("eligible_amount")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="receipt_number_once"
            ),
            models.UniqueConstraint(
                fields=["gift"], condition=Q(replaces=None), name="receipt_first_once_a_gift"
            ),
            models.CheckConstraint(
                condition=Q(
                    total_amount__gt=0,
                    advantage_amount__gte=0,
                    eligible_amount__gt=0,
                    total_amount=F("eligible_amount") + F("advantage_amount"),
                ),
                name="receipt_parts_sum_to_total",
            ),
        ]
        indexes = [
            models.Index(fields=["-issued_at", "-id"], name="receipt_newest"),
            models.Index(fields=["gift", "id"], name="receipt_of_gift"),
            models.Index(
                fields=["id"], condition=Q(waits_for_paper=True), name="receipt_without_paper"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_void(self) -> bool:
        """Say whether it holds no more; reads the row that says so."""
        return hasattr(self, "voiding")


class ReceiptVoid(models.Model):
    """That a receipt holds no more, since when and why. Never changed."""

    class Reason(models.TextChoices):
        REFUNDED = "refunded", _("money went back to the donor")
        RETURNED = "returned", _("a refund came back to us")
        DISPUTED = "disputed", _("the bank took the payment back")
        CORRECTED = "corrected", _("it was corrected")

    receipt = models.OneToOneField(
        Receipt, models.PROTECT, related_name="voiding", verbose_name=_("receipt")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    refund = models.ForeignKey(
        GiftRefund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("refund"),
    )
    voided_at = models.DateTimeField(_("void since"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("void receipt")
        verbose_name_plural = _("void receipts")

    def __str__(self) -> str:
        return f"{self.receipt}: {self.get_reason_display()}"


class ReceiptDonor(models.Model):
    """Who stands on a receipt. A trigger lets it be erased, no more.

    `donor_commitment` in the receipt's contents is the SHA-256 of salt and text: it proves who
    it was as long as both are here, and tells nothing once they are erased.
    """

    receipt = models.OneToOneField(
        Receipt, models.PROTECT, related_name="donor_row", verbose_name=_("receipt")
    )
    # One line each: name, then the address where there is one.
    text = models.TextField(_("donor"), blank=True)
    salt = models.CharField(max_length=32, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("donor on a receipt")
        verbose_name_plural = _("donors on receipts")
        constraints = [
            models.CheckConstraint(
                condition=(Q(erased_at=None) & ~Q(salt=""))
                | Q(erased_at__isnull=False, salt="", text=""),
                name="receipt_donor_unless_erased",
            )
        ]

    def __str__(self) -> str:
        return f"{self.receipt}"
