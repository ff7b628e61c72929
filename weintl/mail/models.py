"""Every mail is a row, written in the transaction that causes it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MailQuerySet(models.QuerySet["Mail"]):
    """Reads of mails."""

    def due(self, *, now: datetime) -> "MailQuerySet":
        """Return the mails that should have been sent by now, the longest waiting first."""
        return self.filter(state=Mail.State.QUEUED, next_attempt_at__lte=now).order_by(
            "next_attempt_at", "pk"
        )

    def caused_by(self, cause: str) -> "MailQuerySet":
        """Return the mails of one cause such as `order:12`, newest first."""
        return self.filter(cause=cause).order_by("-created_at", "-pk")


class Mail(models.Model):
    """One message to one person, sent once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    key = models.CharField(_("unique key"), max_length=200, unique=True)
    cause = models.CharField(_("cause"), max_length=200)
    template = models.CharField(_("template"), max_length=100)
    language = models.CharField(_("language"), max_length=5)
    recipient = models.EmailField(_("recipient"))
    context = models.JSONField(_("context"), default=dict)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    message_id = models.CharField(_("message id"), max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"))
    # True time of the row: `created_at` lies in the past where a demonstration is loaded.
    queued_at = models.DateTimeField(_("queued"), db_default=Now(), editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent", "failed"]), name="mail_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="mail_due"),
            models.Index(fields=["cause"], name="mail_cause"),
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.template} #{self.pk}"
