"""What we know of a partner and show nobody outside: contacts, checks, agreements, papers."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .programmes import Partner

# How long before its end something is shown to staff as expiring.
NOTICE = timedelta(days=60)
PAPERS = ("pdf", "odt", "ods", "docx", "xlsx", "jpg", "jpeg", "png", "webp", "txt")


def private_storage() -> Storage:
    """Return where papers are kept: never among the pictures."""
    return storages["private"]


def paper_path(document: "Document", filename: str) -> str:
    """Return a path that tells nothing of the paper: its name stands in the row."""
    return f"partners/{uuid.uuid4().hex}"


class ExpiringQuerySet(models.QuerySet):
    """Reads of what ends some day."""

    def expiring(self) -> "ExpiringQuerySet":
        """Return what has ended or ends soon, of partners that we work with or may."""
        limit = timezone.localdate() + NOTICE
        return self.filter(expires_on__lte=limit).exclude(partner__status=Partner.Status.CLOSED)


class StatusChange(models.Model):
    """One step of a partner on the ladder: who, when, why. Writing it takes the step."""

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="steps", verbose_name=_("partner")
    )
    before = models.CharField(_("from"), max_length=10, choices=Partner.Status)
    after = models.CharField(_("to"), max_length=10, choices=Partner.Status)
    reason = models.CharField(_("reason"), max_length=500)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="status_change_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"


class Contact(models.Model):
    """A person at a partner whom we may write to or ring."""

    partner = models.ForeignKey(
        Partner, models.CASCADE, related_name="contacts", verbose_name=_("partner")
    )
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    note = models.CharField(
        _("note"), max_length=250, blank=True, help_text=_("Such as when it is safe to ring.")
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A paper of a partner, in private storage."""

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="documents", verbose_name=_("partner")
    )
    title = models.CharField(_("title"), max_length=150)
    file = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to=paper_path,
        validators=[FileExtensionValidator(PAPERS)],
    )
    filename = models.CharField(_("name of the file"), max_length=120, editable=False)
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))

    objects = ExpiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.title


class DueDiligence(models.Model):
    """One point of the checklist that a partner passes before we work with it."""

    class Point(models.TextChoices):
        REGISTRATION = "registration", _("registered, and by whom it is run")
        SAFEGUARDING = "safeguarding", _("protection of the people in its care")
        FAIR_PAY = "fair_pay", _("pay and hours of the makers")
        ACCOUNTS = "accounts", _("accounts, and who may sign")
        REFERENCES = "references", _("what others say of it")
        VISIT = "visit", _("visit, in person or by video")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="checks", verbose_name=_("partner")
    )
    point = models.CharField(_("point"), max_length=15, choices=Point)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    checked_on = models.DateField(_("checked"), null=True, blank=True)
    expires_on = models.DateField(_("check again by"), null=True, blank=True)
    document = models.ForeignKey(
        Document,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = ExpiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("due diligence")
        verbose_name_plural = _("due diligence")
        constraints = [
            models.UniqueConstraint(fields=["partner", "point"], name="due_diligence_once"),
            models.CheckConstraint(
                condition=Q(outcome="open") | Q(checked_on__isnull=False),
                name="due_diligence_has_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_point_display())


class Agreement(models.Model):
    """What a partner and we have signed, from when to when."""

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    title = models.CharField(_("title"), max_length=150)
    starts_on = models.DateField(_("from"))
    expires_on = models.DateField(_("until"), null=True, blank=True)
    terms = models.TextField(_("terms in short"), blank=True)
    document = models.ForeignKey(
        Document,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )

    objects = ExpiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("starts_on")),
                name="agreement_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title
