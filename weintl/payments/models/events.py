"""The provider's events."""

from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg2 import sql

from .payments import Payment
from .payouts import ProviderPayout
from .subscriptions import Subscription


class WebhookEventManager(models.Manager["WebhookEvent"]):
    """Writes events down, each once."""

    def keep(self, row: "WebhookEvent") -> "WebhookEvent":
        """Store an unsaved `row` under its event id and return it, or the row that is known.

        One statement for a new event, two for a known one: the provider waits for the answer,
        and Django's own ways ask for the row again, its body included.
        """
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                sql.SQL(
                    "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (event_id) DO NOTHING RETURNING id"
                ).format(
                    sql.Identifier(self.model._meta.db_table),
                    sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
                    sql.SQL(", ").join(sql.Placeholder() * len(fields)),
                ),
                [
                    field.get_db_prep_save(getattr(row, field.attname), connections[self.db])
                    for field in fields
                ],
            )
            found = cursor.fetchone()
        if found is None:
            return self.defer("body").get(event_id=row.event_id)
        row.pk = found[0]
        row._state.adding, row._state.db = False, self.db
        return row


class WebhookEvent(models.Model):
    """One event of the provider: a reason to look, never the truth itself."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        PROCESSED = "processed", _("processed")
        IGNORED = "ignored", _("ignored")
        FAILED = "failed", _("failed")

    event_id = models.CharField(_("provider's id"), max_length=255, unique=True)
    type = models.CharField(_("type"), max_length=80)
    api_version = models.CharField(_("API version"), max_length=40, blank=True)
    is_live = models.BooleanField(_("live mode"))
    object_id = models.CharField(_("object"), max_length=255, blank=True)
    body = models.TextField(_("body as received"))
    occurred_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    note = models.CharField(_("note"), max_length=250, blank=True)
    payment = models.ForeignKey(
        Payment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("payment"),
    )
    subscription = models.ForeignKey(
        Subscription,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("repeated payment"),
    )
    provider_payout = models.ForeignKey(
        ProviderPayout,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("payout to our bank"),
    )

    objects = WebhookEventManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["received", "processed", "ignored", "failed"]),
                name="event_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="received"), name="event_due"
            ),
            models.Index(fields=["-received_at", "-id"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
