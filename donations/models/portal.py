"""How a donor comes to the own page: mailed links, and the visits that they open."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .donors import Donor


class DonorLink(models.Model):
    """One mailed link: for one purpose, once, for a time. Only the hash of its word is kept."""

    class Purpose(models.TextChoices):
        PAGE = "page", _("the donor's page")

    donor = models.ForeignKey(Donor, models.CASCADE, related_name="links", verbose_name=_("donor"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    # SHA-256 of the word: whoever reads the database opens no page with it.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("link to a donor's page")
        verbose_name_plural = _("links to donors' pages")
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(revoked_at=None), name="donor_link_one_end"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__lt=F("expires_at")),
                name="donor_link_used_in_time",
            ),
        ]
        indexes = [
            models.Index(fields=["donor", "-created_at"], name="donor_link_newest"),
            models.Index(fields=["expires_at"], name="donor_link_aged"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} #{self.pk}"

    def is_live(self, *, now: datetime) -> bool:
        """Say whether it opens something."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


class DonorVisit(models.Model):
    """A browser to which a donor's page is open, for a time. Only the hash of its word is kept."""

    donor = models.ForeignKey(Donor, models.CASCADE, related_name="visits", verbose_name=_("donor"))
    # A link opens one visit at most; none where somebody signed in with an account.
    link = models.OneToOneField(
        DonorLink, models.CASCADE, null=True, blank=True, related_name="visit"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    started_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("visit to a donor's page")
        verbose_name_plural = _("visits to donors' pages")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")), name="donor_visit_has_time"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="donor_visit_aged")]

    def __str__(self) -> str:
        return f"#{self.pk}"
