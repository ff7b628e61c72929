"""Messages from the contact form: what was asked, and whether and how to answer safely."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ContactMessage(models.Model):
    """One message of a visitor, who said whether an answer would be safe."""

    class Topic(models.TextChoices):
        OTHER = "other", _("Something else")
        ORDER = "order", _("An order")
        GIFT = "gift", _("A gift")
        FIGURE = "figure", _("A mistake in a text or a figure")
        BARRIER = "barrier", _("A barrier: something I cannot use or read")
        PARTNER = "partner", _("Working together")
        PRESS = "press", _("A question from the press")
        STORY = "story", _("My picture, my words, my consent")

    class Reply(models.TextChoices):
        EMAIL = "email", _("Yes, by e-mail")
        PHONE = "phone", _("Yes, by telephone")
        NONE = "none", _("No, please do not answer")

    class State(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("being handled")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed without an answer")
        SPAM = "spam", _("spam")

    submission_key = models.CharField(_("form"), max_length=120, unique=True, editable=False)
    topic = models.CharField(_("about"), max_length=10, choices=Topic, default=Topic.OTHER)
    text = models.TextField(_("message"), max_length=5000)
    name = models.CharField(_("name"), max_length=120, blank=True)
    reply = models.CharField(_("may we answer"), max_length=5, choices=Reply)
    reply_to = models.CharField(_("answer to"), max_length=254, blank=True)
    reply_note = models.CharField(_("when and how it is safe"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=8)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    note = models.TextField(_("internal note"), blank=True)
    created_at = models.DateTimeField(_("received"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "-created_at"], name="message_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reply="none", reply_to="") | ~Q(reply="none") & ~Q(reply_to=""),
                name="message_reply_has_address",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "open"], closed_at__isnull=True)
                | Q(state__in=["answered", "closed", "spam"], closed_at__isnull=False),
                name="message_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        # The admin's log keeps this text: no word of what was written.
        return f"{self._meta.verbose_name} {self.pk}: {self.get_topic_display()}"
