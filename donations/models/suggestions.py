"""Amounts that the give page suggests, each with what it makes possible and how we know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty, base_currency
from weintl.money.formatting import format_money

from .campaigns import Campaign


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Reads of suggested amounts."""

    def shown(self, *, currency: str, campaign: Campaign | None) -> "SuggestionQuerySet":
        """Return those of a currency that may be shown: a campaign's own and the general ones."""
        of = Q(campaign=None) | Q(campaign=campaign) if campaign else Q(campaign=None)
        return self.filter(of, currency=currency, is_shown=True).order_by("amount", "pk")


class Suggestion(models.Model):
    """One amount in one currency, of a campaign or for all gifts. None is shown unexplained."""

    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("campaign"),
        help_text=_("Empty: for the give page and for campaigns without amounts of their own."),
    )
    currency = CurrencyField(_("currency"), default=base_currency)
    amount = MinorUnitsField(_("amount"))
    sentence = models.CharField(
        _("what it makes possible"),
        max_length=160,
        blank=True,
        help_text=_("One sentence, such as “A month of lessons for one person.”"),
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("How we know: whose price list, report or statement, and of when."),
    )
    source_url = models.URLField(_("address of the source"), max_length=400, blank=True)
    source_on = models.DateField(_("as of"), null=True, blank=True)
    is_shown = models.BooleanField(_("shown"), default=False)

    money = MoneyProperty("amount")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggested amount")
        verbose_name_plural = _("suggested amounts")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "currency", "amount"],
                name="suggestion_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="suggestion_above_zero"),
            models.CheckConstraint(
                condition=Q(is_shown=False)
                | Q(
                    sentence_en__isnull=False,
                    sentence_en__gt="",
                    sentence_es__isnull=False,
                    sentence_es__gt="",
                    source__gt="",
                    source_on__isnull=False,
                ),
                name="suggestion_shown_has_words_and_source",
            ),
        ]

    def __str__(self) -> str:
        return format_money(self.money)
