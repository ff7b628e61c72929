"""Invoices and what corrects them: frozen, numbered without gaps, and never changed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty

from .orders import Order
from .refunds import OrderRefund


class Invoice(models.Model):
    """An invoice, a credit note over a refund, or what undoes a credit note whose refund failed.

    `contents` name no person: who bought stands in `InvoiceBuyer`, so that it can be erased and
    the hash still holds. A trigger sets the hash and refuses every change but of
    `waits_for_paper`.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")
        REVERSAL = "reversal", _("reversal of a credit note")

    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(_("series"), max_length=4)
    year = models.PositiveIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="invoices", verbose_name=_("order")
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    refund = models.ForeignKey(
        OrderRefund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("refund"),
    )
    currency = CurrencyField(_("currency"))
    total_amount = MinorUnitsField(_("total"))
    language = models.CharField(_("language"), max_length=5)
    issued_at = models.DateTimeField(_("issued"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)
    contents = models.JSONField(_("contents"))
    # Of the contents as PostgreSQL writes jsonb; the database computes it.
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False, default="")
    waits_for_paper = models.BooleanField(default=True, editable=False)

    total = MoneyProperty("total_amount")

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="invoice_number_once"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind="invoice"), name="invoice_once_an_order"
            ),
            models.UniqueConstraint(fields=["refund", "kind"], name="invoice_once_a_refund"),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects=None, refund=None)
                | Q(
                    kind__in=["credit_note", "reversal"],
                    corrects__isnull=False,
                    refund__isnull=False,
                ),
                name="invoice_correction_names_both",
            ),
            models.CheckConstraint(condition=Q(total_amount__gt=0), name="invoice_total_positive"),
        ]
        indexes = [
            models.Index(fields=["-issued_at", "-id"], name="invoice_newest"),
            models.Index(
                fields=["id"], condition=Q(waits_for_paper=True), name="invoice_without_paper"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceBuyer(models.Model):
    """Who stands on an invoice and on what corrects it. A trigger lets it be erased, no more.

    `commitment` in the invoice's contents is the SHA-256 of salt and text: it proves who it was
    as long as both are here, and tells nothing once they are erased.
    """

    invoice = models.OneToOneField(
        Invoice, models.PROTECT, related_name="buyer", verbose_name=_("invoice")
    )
    # One line each: name, then the address as its country writes it.
    text = models.TextField(_("buyer"), blank=True)
    salt = models.CharField(max_length=32, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("buyer on an invoice")
        verbose_name_plural = _("buyers on invoices")
        constraints = [
            models.CheckConstraint(
                condition=(Q(erased_at=None) & ~Q(salt=""))
                | Q(erased_at__isnull=False, salt="", text=""),
                name="invoice_buyer_unless_erased",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice}"
