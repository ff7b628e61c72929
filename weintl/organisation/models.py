"""Ourselves: what stands in the footer, in mails and on papers."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Currencies whose least charge at the provider is known (weintl.payments.sessions).
GIFT_CURRENCIES = ("usd", "eur", "gbp", "mxn", "jpy", "cad", "aud", "chf")


class Organisation(models.Model):
    """The one record of the organisation that runs this site."""

    name = models.CharField(_("name"), max_length=120)
    legal_name = models.CharField(_("legal name"), max_length=200)
    tax_number = models.CharField(_("tax number"), max_length=60, blank=True)
    tax_status = models.CharField(
        _("tax status"),
        max_length=250,
        blank=True,
        help_text=_("One sentence that receipts for gifts bear, such as the law that exempts us."),
    )
    address = models.TextField(_("postal address"), blank=True)
    country = models.CharField(_("country"), max_length=2, default="US")
    contact_email = models.EmailField(_("contact e-mail"))
    reply_name = models.CharField(_("person who reads replies"), max_length=120, blank=True)
    mission = models.TextField(_("mission, one sentence"), blank=True)
    is_shop_open = models.BooleanField(
        _("shop is open"),
        default=True,
        help_text=_("Untick it to take no orders. What is being paid already is honoured."),
    )
    shop_note = models.TextField(
        _("words while the shop is closed"),
        max_length=400,
        blank=True,
        help_text=_("Why, and what shoppers may do. Products, shop and cart show it."),
    )
    shop_opens_on = models.DateField(
        _("opens again on"),
        null=True,
        blank=True,
        help_text=_("On this day it opens by itself. Empty: when you tick the box again."),
    )
    low_stock_at = models.PositiveSmallIntegerField(
        _("low stock from"),
        default=2,
        help_text=_("So few free pieces of a variant are low, unless it says otherwise itself."),
    )
    are_gifts_open = models.BooleanField(
        _("gifts are taken"),
        default=True,
        help_text=_("Untick it to take no gifts. What is being paid already is honoured."),
    )
    gifts_note = models.TextField(
        _("words while no gifts are taken"),
        max_length=400,
        blank=True,
        help_text=_("Why, and what people may do instead. The give page shows it."),
    )
    gifts_open_on = models.DateField(
        _("gifts are taken again on"),
        null=True,
        blank=True,
        help_text=_("On this day it opens by itself. Empty: when you tick the box again."),
    )

    gift_currencies = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("gifts also in"),
        default=list,
        blank=True,
        help_text=_(
            "The give page offers them beside our own. The provider changes them to ours "
            "when it pays out; the books count what came of it."
        ),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="organisation_only_one"),
            models.CheckConstraint(
                condition=Q(gift_currencies__contained_by=GIFT_CURRENCIES),
                name="organisation_gift_currencies_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shows_shop(self) -> bool:
        """Say whether pages lead to the shop: also while it is closed for some time."""
        return self.is_shop_open or bool(self.shop_note) or self.shop_opens_on is not None

    @property
    def shows_gifts(self) -> bool:
        """Say whether pages lead to the give page: also while it takes none for some time."""
        return self.are_gifts_open or bool(self.gifts_note) or self.gifts_open_on is not None

    @property
    def currencies_of_gifts(self) -> tuple[str, ...]:
        """Return the codes in which gifts may be made: the shop's own first, then the others."""
        others = [code for code in self.gift_currencies if code != settings.BASE_CURRENCY]
        return (settings.BASE_CURRENCY, *dict.fromkeys(others))

    @classmethod
    def unfilled(cls) -> "Organisation":
        """Return unsaved defaults, for the time before anybody filled in the record."""
        return cls(
            pk=1,
            name="WE International",
            legal_name="WE International",
            contact_email="hello@example.org",
        )

    @classmethod
    def current(cls) -> "Organisation":
        """Return the record, or unsaved defaults before anybody filled it in."""
        return cls.objects.filter(pk=1).first() or cls.unfilled()
