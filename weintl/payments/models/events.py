"""The provider's events."""

from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .payments import Payment
from .payouts import ProviderPayout
from .subscriptions import Subscription

# Its second half sees the table as it was before the first.
KEEP = """
WITH fresh AS (
    INSERT INTO {table} ({columns}) VALUES ({values})
    ON CONFLICT (event_id) DO NOTHING RETURNING id, state
)
SELECT id, state, true FROM fresh
UNION ALL SELECT id, state, false FROM {table} WHERE event_id = %s
"""


class WebhookEventManager(models.Manager["WebhookEvent"]):
    """Writes events down, each once."""

    def keep(self, row: "WebhookEvent") -> "tuple[WebhookEvent, bool]":
        """Store an unsaved `row` under its event id; return it and whether it was new.

        One statement: the provider waits for the answer, and Django's own ways ask for the row
        again, its body included. Of a known row the id and the state are there, the rest is read
        when it is asked for.
        """
        connection = connections[self.db]
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
        ]
        columns = ", ".join(str(field.column) for field in fields)
        with connection.cursor() as cursor:
            cursor.execute(
                KEEP.format(
                    table=self.model._meta.db_table,
                    columns=columns,
                    values=", ".join(["%s"] * len(fields)),
                ),
                [*values, row.event_id],
            )
            found = cursor.fetchone()
        if found is None:
            # Written by another request since this statement began.
            return self.defer("body").get(event_id=row.event_id), False
        pk, state, is_new = found
        if not is_new:
            known = {"id": pk, "event_id": row.event_id, "state": state}
            return self.model.from_db(self.db, known.keys(), known.values()), False
        row.pk = pk
        row._state.adding, row._state.db = False, self.db
        return row, True


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
