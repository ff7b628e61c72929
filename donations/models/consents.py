"""What mails a donor has asked for, since when, and by which words."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .donors import Donor


class MailConsent(models.Model):
    """That a donor asked for mails of a topic, and when it was taken back. Never given by us."""

    class Topic(models.TextChoices):
        NEWS = "news", _("news of the work")
        CAMPAIGNS = "campaigns", _("new campaigns")

    donor = models.ForeignKey(
        Donor, models.CASCADE, related_name="consents", verbose_name=_("donor")
    )
    topic = models.CharField(_("topic"), max_length=10, choices=Topic)
    # What was said yes to, as it stood on the page.
    words = models.CharField(_("words"), max_length=300)
    language = models.CharField(_("language"), max_length=5)
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("consent to mails")
        verbose_name_plural = _("consents to mails")
        constraints = [
            models.UniqueConstraint(
                fields=["donor", "topic"],
                condition=Q(withdrawn_at=None),
                name="mail_consent_one_of_a_topic",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="mail_consent_withdrawn_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}"
