"""How much the give page trusts whoever comes: each change, and who or what made it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GuardChangeQuerySet(models.QuerySet["GuardChange"]):
    """Reads of the guard's changes."""

    def locked(self) -> "GuardChangeQuerySet":
        """Return the newest change if it locked gifts, else nothing."""
        newest = GuardChange.objects.order_by("-pk").values("pk")[:1]
        return self.filter(pk__in=newest, state="lockdown")


class GuardChange(models.Model):
    """One change of the guard's state; the newest row is how it stands. Rows stay."""

    class State(models.TextChoices):
        CALM = "calm", _("calm")
        RAISED = "raised", _("raised: a mail first")
        LOCKDOWN = "lockdown", _("locked: only who gave before, with a mail first")

    state = models.CharField(_("state"), max_length=10, choices=State)
    reason = models.CharField(_("reason"), max_length=250)
    # Nobody: the guard itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    changed_at = models.DateTimeField(_("when"))

    objects = GuardChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the gift guard")
        verbose_name_plural = _("guard of the give page")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["calm", "raised", "lockdown"]), name="guard_state_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="guard_change_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"
