"""What the nightly verification found. A broken rule is for a person to look at."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Verification(models.Model):
    """One run of every check."""

    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    checks = models.PositiveIntegerField(_("checks"))
    breaches = models.PositiveIntegerField(_("broken rules"))

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        indexes = [models.Index(fields=["-began_at"], name="verification_newest")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class BrokenRule(models.Model):
    """One thing that does not hold, from the run that found it first to the one without it."""

    rule = models.CharField(_("rule"), max_length=250)
    sentence = models.TextField(_("what is wrong"))
    found_at = models.DateTimeField(_("found"))
    last_found_at = models.DateTimeField(_("last found"))
    # Set by the first run that does not find it any more.
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True)

    class Meta:
        verbose_name = _("broken rule")
        verbose_name_plural = _("broken rules")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "sentence"],
                condition=Q(gone_at__isnull=True),
                name="broken_rule_once",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence[:100]
