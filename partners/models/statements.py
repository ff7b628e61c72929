"""What a partner gets in writing, frozen, and the files that went to the bank."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weintl.money.fields import CurrencyField

from .ledger import Account, Transfer
from .payouts import Payout
from .programmes import Programme


class BankFile(models.Model):
    """A file for the bank. It can be made again from its payouts, to the byte."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    currency = CurrencyField(_("currency"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    # Encrypted: account numbers stand in it.
    sealed = models.TextField(editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("file for the bank")
        verbose_name_plural = _("files for the bank")

    def __str__(self) -> str:
        return self.number


class BankFilePayout(models.Model):
    """A payout in a file, in its place."""

    file = models.ForeignKey(
        BankFile, models.PROTECT, related_name="rows", verbose_name=_("file for the bank")
    )
    payout = models.OneToOneField(
        Payout, models.PROTECT, related_name="file_row", verbose_name=_("payout")
    )
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("payout in a file")
        verbose_name_plural = _("payouts in files")
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="bank_file_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.position}"


class Statement(models.Model):
    """What happened to a programme's money in some time: frozen and numbered without gaps.

    One that is issued with a payout goes on where the last such one ended (`is_running`); one
    asked for by hand covers a time of its own.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(_("series"), max_length=4)
    year = models.PositiveIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="statements", verbose_name=_("programme")
    )
    currency = CurrencyField(_("currency"))
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"))
    payout = models.OneToOneField(
        Payout,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statement",
        verbose_name=_("payout"),
    )
    is_running = models.BooleanField(_("goes on from the last one"), default=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)
    contents = models.JSONField(_("contents"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("of money", "statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="statement_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "currency", "-id"], name="statement_of_programme"),
        ]

    def __str__(self) -> str:
        return self.number


class StatementLine(models.Model):
    """One movement of a statement: one side of a transfer."""

    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        related_name="lines",
        verbose_name=pgettext_lazy("of money", "statement"),
    )
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="statement_lines", verbose_name=_("transfer")
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="statement_lines", verbose_name=_("account")
    )

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "transfer", "account"], name="statement_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.transfer_id}"
