"""Who gives, and who turned out to be the same."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from . import keys


class DonorQuerySet(models.QuerySet["Donor"]):
    """Reads of donors."""

    def live(self) -> "DonorQuerySet":
        """Return those who are neither erased nor merged into another."""
        return self.filter(merged_into=None, erased_at=None)


class Donor(models.Model):
    """A person or body that gives, known by e-mail address."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    # A body that gives; then `name` is who writes for it.
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    # As on an envelope, a line each, the country last; for receipts alone.
    address = models.TextField(_("postal address"), max_length=400, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    created_at = models.DateTimeField(_("created"))
    # Staff found that both are one person: gifts and links have followed, the address leads on.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    mailbox = models.GeneratedField(
        expression=keys.mailbox(), output_field=models.CharField(max_length=260), db_persist=True
    )
    plain_name = models.GeneratedField(
        expression=keys.plain_name(), output_field=models.CharField(max_length=120), db_persist=True
    )
    postcode = models.GeneratedField(
        expression=keys.postcode(),
        output_field=models.CharField(max_length=20, null=True),
        db_persist=True,
    )
    # "Erase me": asked for, and done once nothing of the gifts is open.
    erase_asked_at = models.DateTimeField(_("asked to be erased"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = DonorQuerySet.as_manager()

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(erase_asked_at__isnull=False, name="", organisation="", address=""),
                name="donor_erased_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="donor_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="donor_newest"),
            # What staff type into the search, anywhere in the words.
            GinIndex(OpClass(Upper("email"), "gin_trgm_ops"), name="donor_like_email"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="donor_like_name"),
            GinIndex(OpClass(Upper("organisation"), "gin_trgm_ops"), name="donor_like_body"),
            models.Index(
                fields=["mailbox"],
                condition=Q(merged_into=None, erased_at=None),
                name="donor_by_mailbox",
            ),
            models.Index(
                fields=["plain_name", "postcode"],
                condition=Q(merged_into=None, erased_at=None, postcode__isnull=False),
                name="donor_by_name_and_place",
            ),
            models.Index(
                fields=["id"],
                condition=Q(erase_asked_at__isnull=False, erased_at=None),
                name="donor_to_erase",
            ),
        ]

    def __str__(self) -> str:
        if self.erased_at is not None:
            return f"#{self.pk}"
        return self.name or self.organisation or self.email


class DonorMerge(models.Model):
    """That one donor was merged into another, by whom and when. Never changed, never undone."""

    survivor = models.ForeignKey(
        Donor, models.PROTECT, related_name="merges", verbose_name=_("stays")
    )
    merged = models.OneToOneField(
        Donor, models.PROTECT, related_name="merge", verbose_name=_("merged")
    )
    # Nobody of staff where an account had confirmed both addresses.
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merged by"),
    )
    merged_at = models.DateTimeField(_("merged"))
    # How many rows followed, by what they are.
    followed = models.JSONField(_("what followed"), default=dict)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("merge of donors")
        verbose_name_plural = _("merges of donors")

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.survivor_id}"
