"""Payments, their refunds and disputes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty
from weintl.money.formatting import format_money

from .subscriptions import Subscription


class Way(models.TextChoices):
    """How money comes or goes back: through the provider, or by hand, recorded by staff."""

    PROVIDER = "provider", _("online")
    CASH = "cash", _("cash")
    BANK = "bank", _("bank transfer")


OFFLINE = (Way.CASH, Way.BANK)
IS_ONLINE = Q(way=Way.PROVIDER)


class Payment(models.Model):
    """One payment of one purpose, from the page where it begins to its last refund."""

    class State(models.TextChoices):
        CREATED = "created", _("created")  # our row; the provider may not know of it
        OPEN = "open", _("open")  # a payment page exists
        PROCESSING = "processing", _("processing")  # a delayed method was chosen
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("expired")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20)
    reference = models.CharField(_("reference"), max_length=60)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CREATED)
    way = models.CharField(_("way"), max_length=10, choices=Way, default=Way.PROVIDER)
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    # What left: refunds pending or succeeded, not those that are only requested.
    refunded_amount = MinorUnitsField(_("refunded"), default=0)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    # What the provider settled; null until it says so, often after the payment succeeded.
    settled_currency = CurrencyField(_("settled currency"), blank=True, default="")
    settled_amount = MinorUnitsField(_("settled amount"), null=True, blank=True)
    fee_amount = MinorUnitsField(_("fee"), null=True, blank=True)
    net_amount = MinorUnitsField(_("net"), null=True, blank=True)
    exchange_rate = models.DecimalField(
        _("exchange rate"), max_digits=20, decimal_places=10, null=True, blank=True
    )
    # Null, not empty: several payments may lack an id, none may share one.
    session_id = models.CharField(_("session"), max_length=255, unique=True, null=True, blank=True)
    intent_id = models.CharField(_("intent"), max_length=255, unique=True, null=True, blank=True)
    charge_id = models.CharField(_("charge"), max_length=255, unique=True, null=True, blank=True)
    balance_transaction_id = models.CharField(
        _("balance transaction"), max_length=255, unique=True, null=True, blank=True
    )
    # One of a repeated payment, and the provider's invoice over it: each is paid once.
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("repeated payment"),
    )
    invoice_id = models.CharField(
        _("provider's invoice"), max_length=255, unique=True, null=True, blank=True
    )
    # Part of the idempotency key of the page; a new one only after the provider failed inside.
    key_number = models.PositiveSmallIntegerField(_("number of the key"), default=0)
    session_url = models.TextField(_("payment page"), blank=True)
    session_expires_at = models.DateTimeField(_("page closes"), null=True, blank=True)
    failure_code = models.CharField(_("failure code"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"))
    succeeded_at = models.DateTimeField(_("succeeded"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # By hand: the receipt's number or the bank's words, and who of staff wrote it down.
    offline_reference = models.CharField(_("receipt or reference"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    # When the sweeper asks the provider again; null while nothing is open.
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    next_check_at = models.DateTimeField(_("next check"), null=True, blank=True)
    checks = models.PositiveIntegerField(_("checks without news"), default=0)

    money = MoneyProperty("amount")
    fee = MoneyProperty("fee_amount", "settled_currency")
    net = MoneyProperty("net_amount", "settled_currency")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "reference"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")),
                name="payment_refunds_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="succeeded", succeeded_at__isnull=False)
                | (~Q(state="succeeded") & Q(succeeded_at__isnull=True)),
                name="payment_succeeded_has_time",
            ),
            models.CheckConstraint(
                condition=Q(fee_amount__isnull=True, net_amount__isnull=True)
                | Q(net_amount=F("settled_amount") - F("fee_amount")),
                name="payment_net_is_settled_less_fee",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["created", "open", "processing", "succeeded", "failed", "expired"]
                ),
                name="payment_state_known",
            ),
            models.CheckConstraint(
                condition=IS_ONLINE & Q(offline_reference="", recorded_by=None)
                | Q(
                    way__in=OFFLINE,
                    session_id=None,
                    intent_id=None,
                    charge_id=None,
                    balance_transaction_id=None,
                    session_url="",
                    fee_amount=None,
                    next_check_at=None,
                ),
                name="payment_online_or_by_hand",
            ),
            models.CheckConstraint(
                condition=IS_ONLINE
                | Q(state__in=["created", "expired"], offline_reference="")
                | (Q(state="succeeded") & ~Q(offline_reference="")),
                name="payment_by_hand_has_reference",
            ),
            models.CheckConstraint(
                condition=Q(invoice_id=None) | Q(subscription__isnull=False),
                name="payment_of_invoice_repeats",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="payment_check_due",
            ),
            models.Index(fields=["succeeded_at"], name="payment_succeeded"),
            models.Index(fields=["settled_at"], name="payment_settled"),
            models.Index(fields=["-created_at", "-id"], name="payment_newest"),
        ]

    def __str__(self) -> str:
        path = settings.PAYMENT_HANDLERS.get(self.purpose)
        # No handler: its app is gone from the settings, the row stays.
        return (
            import_string(path).title(self.reference)
            if path
            else f"{self.purpose} {self.reference}"
        )


class RefundQuerySet(models.QuerySet["Refund"]):
    """Reads of refunds."""

    def came_back(self) -> "RefundQuerySet":
        """Return those that the bank sent back, and nothing was given since in their place."""
        later = Refund.objects.filter(
            payment=OuterRef("payment"),
            state__in=["requested", "pending", "succeeded"],
            created_at__gt=OuterRef("failed_at"),
        )
        return self.filter(state="failed").exclude(Exists(later))

    def turned_down(self) -> "RefundQuerySet":
        """Return those that the provider refused and nothing was given for since.

        Not where nothing of the payment is left: then it was given before.
        """
        live = Refund.objects.filter(
            payment=OuterRef("payment"), state__in=["requested", "pending", "succeeded"]
        )
        later = live.filter(created_at__gt=OuterRef("created_at"))
        claimed = live.order_by().values("payment").annotate(total=Sum("amount")).values("total")
        return (
            self.filter(state="refused")
            .exclude(Exists(later))
            .filter(payment__amount__gt=Coalesce(Subquery(claimed), 0))
        )


class Refund(models.Model):
    """Money going back, asked for by us or found at the provider."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")  # our row; the provider may not know of it
        PENDING = "pending", _("pending")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")  # the money came back to us
        REFUSED = "refused", _("refused")  # the provider never took the request

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    refund_id = models.CharField(
        _("provider's id"), max_length=255, unique=True, null=True, blank=True
    )
    # Unique where something may be refunded once only, such as `late:<session>`.
    request_key = models.CharField(_("request key"), max_length=255, unique=True)
    way = models.CharField(_("way"), max_length=10, choices=Way, default=Way.PROVIDER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    is_external = models.BooleanField(_("made at the provider"), default=False)
    balance_transaction_id = models.CharField(
        _("balance transaction"), max_length=255, unique=True, null=True, blank=True
    )
    # Books the money back in when a refund fails after it had left.
    failure_balance_transaction_id = models.CharField(
        _("balance transaction of the failure"), max_length=255, unique=True, null=True, blank=True
    )
    # What the provider took for it, in the currency it keeps our balance in, and gave back where
    # it failed; null until it says so.
    settled_currency = CurrencyField(_("settled currency"), blank=True, default="")
    settled_amount = MinorUnitsField(_("settled amount"), null=True, blank=True)
    failure_settled_amount = MinorUnitsField(
        _("settled amount of the failure"), null=True, blank=True
    )
    failure_reason = models.CharField(_("failure reason"), max_length=120, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    # By hand: the receipt's number or the bank's words, and who of staff wrote it down.
    offline_reference = models.CharField(_("receipt or reference"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # Part of the idempotency key; a new one only after the provider failed inside.
    key_number = models.PositiveSmallIntegerField(_("number of the key"), default=0)
    created_at = models.DateTimeField(_("created"))
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    refunded_at = models.DateTimeField(_("refunded"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)

    money = MoneyProperty("amount")

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "pending", "succeeded", "failed", "refused"]),
                name="refund_state_known",
            ),
            models.CheckConstraint(
                condition=IS_ONLINE & Q(offline_reference="", recorded_by=None)
                | Q(
                    way__in=OFFLINE,
                    refund_id=None,
                    balance_transaction_id=None,
                    failure_balance_transaction_id=None,
                    is_external=False,
                    next_attempt_at=None,
                ),
                name="refund_online_or_by_hand",
            ),
            models.CheckConstraint(
                condition=IS_ONLINE
                | Q(state="requested", offline_reference="")
                | (Q(state="succeeded") & ~Q(offline_reference="")),
                name="refund_by_hand_has_reference",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="requested"), name="refund_due"
            ),
            models.Index(fields=["settled_at"], name="refund_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.payment} −{format_money(self.money)}"


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Reads of disputes."""

    def open_now(self) -> "DisputeQuerySet":
        """Return those that the bank has not decided."""
        return self.filter(closed_at=None)

    def to_answer(self) -> "DisputeQuerySet":
        """Return those that wait for our answer until `evidence_due_at`."""
        return self.open_now().filter(state__endswith="needs_response")


class Dispute(models.Model):
    """A payment that its payer contests."""

    class Standing(models.TextChoices):
        """The provider's states in few words. Of the first and the last no money has moved."""

        ASKED = "asked", _("the bank asks")
        OPEN = "open", _("contested")
        WON = "won", _("contested, and confirmed")
        LOST = "lost", _("taken back by the bank")
        DROPPED = "dropped", _("ended, nothing was taken")

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="disputes", verbose_name=_("payment")
    )
    dispute_id = models.CharField(_("provider's id"), max_length=255, unique=True)
    state = models.CharField(_("state"), max_length=30)  # the provider's words; ten and growing
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    evidence_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # [{"id", "amount", "fee", "net", "currency", "created"}] as the provider booked them.
    balance_transactions = models.JSONField(_("balance transactions"), default=list)

    money = MoneyProperty("amount")

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")

    def __str__(self) -> str:
        return f"{self.payment} {self.state}"

    @property
    def standing(self) -> "Dispute.Standing":
        """How it stands, for people."""
        known = {"won": self.Standing.WON, "lost": self.Standing.LOST}
        if self.state in known:
            return known[self.state]
        if self.closed_at is not None:
            return self.Standing.DROPPED
        return self.Standing.ASKED if self.state.startswith("warning") else self.Standing.OPEN

    @property
    def contested_amount(self) -> int:
        """What of the amount the provider holds or took, in the payment's currency.

        In proportion where the balance is kept in another currency.
        """
        taken = self.withdrawn_amount
        left = max(taken - self.reinstated_amount, 0)
        return self.amount * left // taken if taken else 0

    @property
    def withdrawn_amount(self) -> int:
        """What the provider took out of our balance, without fees; 0 for a mere inquiry."""
        return -sum(row["amount"] for row in self.balance_transactions if row["amount"] < 0)

    @property
    def reinstated_amount(self) -> int:
        """What the provider put back, without fees."""
        return sum(row["amount"] for row in self.balance_transactions if row["amount"] > 0)

    @property
    def fee_amount(self) -> int:
        """What the provider charged for the dispute so far (fees given back count less)."""
        return sum(row["fee"] for row in self.balance_transactions)
