"""Payouts: what goes to a programme's bank at once, item by item. Rules: partners/payouts.py."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty

from .bank import BankDetails
from .ledger import Account, Transfer
from .programmes import Programme


def _person(label: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,  # type: ignore[arg-type]
    )


class Payout(models.Model):
    """What has matured for a programme, in one currency, for one month."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        EXPORTED = "exported", _("sent to the bank")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("dropped")
        RETURNED = "returned", _("sent back by their bank")

    number = models.CharField(_("number"), max_length=60, unique=True)
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="payouts", verbose_name=_("programme")
    )
    currency = CurrencyField(_("currency"))
    period = models.DateField(_("month"), help_text=_("Its first day."))
    cut_off = models.DateTimeField(
        _("cut-off"), help_text=_("What had happened and matured before then is in it.")
    )
    amount = MinorUnitsField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    bank_details = models.ForeignKey(
        BankDetails,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payouts",
        verbose_name=_("bank details"),
    )
    # As it was when the payout was approved; the row itself never changes either.
    bank_masked = models.CharField(_("to account"), max_length=40, blank=True, default="")
    proposed_by = _person(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    submitted_by = _person(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approved_by = _person(_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    is_single_handed = models.BooleanField(
        _("approved by who proposed or submitted it"), default=False, editable=False
    )
    exported_at = models.DateTimeField(_("sent to the bank"), null=True, blank=True)
    closed_by = _person(_("closed by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=80, blank=True, default="")
    bank_fee = MinorUnitsField(_("bank's fee"), default=0)
    # What their bank sent back after it was paid.
    returned_on = models.DateField(_("came back on"), null=True, blank=True)
    return_reference = models.CharField(
        _("bank's reference of the return"), max_length=80, blank=True, default=""
    )
    return_fee = MinorUnitsField(_("bank's fee for the return"), default=0)
    returned_by = _person(_("return recorded by"))
    returned_at = models.DateTimeField(_("return recorded"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=250, blank=True, default="")

    money = MoneyProperty("amount")

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "currency", "period"],
                condition=~Q(state__in=["failed", "dropped", "returned"]),
                name="payout_one_live_a_month",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(
                condition=Q(cut_off__lte=F("proposed_at")), name="payout_cut_off_is_past"
            ),
            models.CheckConstraint(condition=Q(bank_fee__gte=0), name="payout_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_single_handed=True)
                | (
                    (Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by")))
                    & (Q(submitted_by__isnull=True) | ~Q(approved_by=F("submitted_by")))
                ),
                name="payout_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"])
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="payout_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "exported", "paid", "returned"])
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    bank_details__isnull=False,
                ),
                name="payout_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "returned"])
                | (Q(paid_on__isnull=False, closed_at__isnull=False) & ~Q(bank_reference="")),
                name="payout_paid_has_reference",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned")
                | Q(
                    returned_on__gte=F("paid_on"),
                    returned_by__isnull=False,
                    returned_at__isnull=False,
                    return_fee__gte=0,
                )
                & ~Q(return_reference="")
                & ~Q(reason=""),
                name="payout_returned_has_reference",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PayoutItem(models.Model):
    """One side of a transfer in a payout: a credit adds, a debit (a refund) takes away."""

    payout = models.ForeignKey(
        Payout, models.PROTECT, related_name="items", verbose_name=_("payout")
    )
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="payout_items", verbose_name=_("transfer")
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="payout_items", verbose_name=_("account")
    )
    amount = MinorUnitsField(_("amount"))
    # False once it was taken out or the payout failed: then it is free for another payout.
    is_live = models.BooleanField(_("counts"), default=True, editable=False)
    taken_out_by = _person(_("taken out by"))
    taken_out_at = models.DateTimeField(_("taken out"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=250, blank=True, default="")

    class Meta:
        verbose_name = _("item of a payout")
        verbose_name_plural = _("items of payouts")
        constraints = [
            # A transfer between two programmes has a side in each one's payout.
            models.UniqueConstraint(
                fields=["transfer", "account"],
                condition=Q(is_live=True),
                name="payout_item_once",
            ),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True, taken_out_by__isnull=True, reason="")
                | Q(taken_out_at__isnull=False, taken_out_by__isnull=False, is_live=False)
                & ~Q(reason=""),
                name="payout_item_taken_out_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payout} {self.account} {self.amount}"
