"""What a donor gave in a year, on one paper: frozen when issued, replaced rather than changed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .donors import Donor
from .receipts import Receipt


class YearStatementQuerySet(models.QuerySet["YearStatement"]):
    """Reads of yearly statements."""

    def live(self) -> "YearStatementQuerySet":
        """Return those that hold: at most one of a donor and year."""
        return self.filter(replaced_at=None)


class YearStatement(models.Model):
    """The gifts of a donor that count for a year, by their receipts.

    `contents` name no person. The donor's lines stand beside them with a salt, so that they can
    be erased and the hash still holds. A trigger sets the hash and lets a statement be replaced,
    erased, or follow its donor into another, no more.
    """

    number = models.CharField(_("number"), max_length=30, unique=True)
    donor = models.ForeignKey(
        Donor, models.PROTECT, related_name="year_statements", verbose_name=_("donor")
    )
    year = models.PositiveIntegerField(_("year"))
    issued_at = models.DateTimeField(_("issued"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)
    replaced_at = models.DateTimeField(_("holds no more since"), null=True, blank=True)
    wording = models.CharField(_("wording"), max_length=30)
    contents = models.JSONField(_("contents"))
    # Of the contents as PostgreSQL writes jsonb; the database computes it.
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False, default="")
    # One line each: name, then the address where there is one.
    text = models.TextField(_("donor"), blank=True)
    salt = models.CharField(max_length=32, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = YearStatementQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("yearly statement")
        verbose_name_plural = _("yearly statements")
        constraints = [
            models.UniqueConstraint(
                fields=["donor", "year"],
                condition=Q(replaced_at=None),
                name="year_statement_one_that_holds",
            ),
            models.CheckConstraint(
                condition=(Q(erased_at=None) & ~Q(salt=""))
                | Q(erased_at__isnull=False, salt="", text=""),
                name="year_statement_donor_unless_erased",
            ),
        ]
        indexes = [models.Index(fields=["-issued_at", "-id"], name="year_statement_newest")]

    def __str__(self) -> str:
        return self.number


class YearLine(models.Model):
    """A receipt on a yearly statement. No receipt stands on two that hold."""

    statement = models.ForeignKey(YearStatement, models.PROTECT, related_name="lines")
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="year_lines")
    is_live = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("line of a yearly statement")
        verbose_name_plural = _("lines of yearly statements")
        constraints = [
            models.UniqueConstraint(fields=["statement", "receipt"], name="year_line_once"),
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(is_live=True), name="year_line_stated_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.receipt}"
