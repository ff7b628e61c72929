"""What buyers ask to send back, and what became of it. Rules: docs/staff/returns.md."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .orders import Order, Unit
from .refunds import OrderRefund


class ReturnRequestQuerySet(models.QuerySet["ReturnRequest"]):
    """Reads of requests."""

    def open(self) -> "ReturnRequestQuerySet":
        """Return those that somebody still has to do something about."""
        return self.filter(state__in=ReturnRequest.OPEN)


class ReturnRequest(models.Model):
    """A buyer's wish to send pieces back: asked, agreed, received, refunded."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agreed, on its way to us")
        RECEIVED = "received", _("received and looked at")
        REFUNDED = "refunded", _("money given back")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn by the buyer")

    class Reason(models.TextChoices):
        UNWANTED = "unwanted", _("I changed my mind")
        SIZE = "size", _("It does not fit")
        DIFFERENT = "different", _("It is not as described")
        DAMAGED = "damaged", _("It came damaged")
        WRONG = "wrong", _("It is not what I ordered")

    OPEN = (State.ASKED, State.AGREED, State.RECEIVED)
    # What is our fault: the buyer pays nothing for sending it back.
    OURS = (Reason.DIFFERENT, Reason.DAMAGED, Reason.WRONG)

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="return_requests", verbose_name=_("order")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    words = models.TextField(_("the buyer's words"), blank=True)
    asked_at = models.DateTimeField(_("asked"))
    request_key = models.CharField(max_length=80, unique=True, editable=False)
    answer = models.TextField(_("our answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    refund = models.ForeignKey(
        OrderRefund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("refund"),
    )

    objects = ReturnRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"], received_at=None, refund=None)
                | Q(state="agreed", answered_at__isnull=False, received_at=None, refund=None)
                | Q(
                    state="received",
                    answered_at__isnull=False,
                    received_at__isnull=False,
                    refund=None,
                )
                | Q(state="declined", answered_at__isnull=False, refund=None)
                | Q(state="refunded", refund__isnull=False),
                name="return_state_has_times",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="return_decline_has_words"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(state__in=["asked", "agreed", "received"]),
                name="return_open",
            ),
            models.Index(fields=["-asked_at", "-id"], name="return_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} / {self.pk}"

    @property
    def is_ours_to_pay(self) -> bool:
        """Say whether sending it back costs the buyer nothing."""
        return self.reason in self.OURS


class ReturnPiece(models.Model):
    """One piece of a request, and how it was found."""

    class Condition(models.TextChoices):
        GOOD = "good", _("as new: back to the shelf")
        DAMAGED = "damaged", _("damaged: written off")
        MISSING = "missing", _("not in the parcel")

    request = models.ForeignKey(
        ReturnRequest, models.PROTECT, related_name="pieces", verbose_name=_("return")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="return_pieces", verbose_name=_("piece")
    )
    # A piece is asked for in one open request at most.
    is_open = models.BooleanField(default=True)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, blank=True)

    class Meta:
        verbose_name = _("piece of a return")
        verbose_name_plural = _("pieces of a return")
        constraints = [
            models.UniqueConstraint(fields=["request", "unit"], name="return_piece_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(is_open=True), name="return_piece_open_once"
            ),
            models.CheckConstraint(
                condition=Q(condition__in=["", "good", "damaged", "missing"]),
                name="return_piece_condition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.unit}"
