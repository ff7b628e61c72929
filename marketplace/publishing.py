"""Put a product into the shop, or take it out. What a shopper would miss keeps it out."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from partners import splits
from partners.models import SplitRule
from weintl.money import Money
from weintl.money.formatting import format_money

from .models import Product

# Read by everybody, so wanted in every language; the others may stay empty in both.
WANTED = ("name", "slug", "description")
OPTIONAL = ("by_line", "made_by", "material", "size", "care")


class NotReady(Exception):
    """The product lacks something; `missing` says what, a sentence each."""

    def __init__(self, missing: Sequence[str]) -> None:
        """Keep what is missing."""
        super().__init__(" ".join(missing))
        self.missing = list(missing)


def missing(product: Product, *, now: datetime) -> list[str]:
    """Return what keeps `product` out of the shop, a sentence each."""
    return [*_texts(product), *_pictures(product), *_money(product, now=now), *_programme(product)]


def _texts(product: Product) -> list[str]:
    found = []
    for code, language in settings.LANGUAGES:
        values = {name: getattr(product, f"{name}_{code}") for name in (*WANTED, *OPTIONAL)}
        others = {
            name: any(getattr(product, f"{name}_{other}") for other, _name in settings.LANGUAGES)
            for name in OPTIONAL
        }
        for name in (*WANTED, *OPTIONAL):
            if not values[name] and others.get(name, True):
                label = getattr(product._meta.get_field(name), "verbose_name", name)
                found.append(
                    _("%(field)s is missing in %(language)s.")
                    % {
                        "field": str(label).capitalize(),
                        "language": language,
                    }
                )
    return found


def _pictures(product: Product) -> list[str]:
    pictures = [row.picture for row in product.pictures.select_related("picture")]
    if not pictures:
        return [_("It has no picture.")]
    return [
        _("Picture %(key)s has no alternative text in both languages.") % {"key": picture.key}
        for picture in pictures
        if not all(getattr(picture, f"alt_{code}") for code, _name in settings.LANGUAGES)
    ]


def _money(product: Product, *, now: datetime) -> list[str]:
    variants = list(product.variants.filter(is_active=True))
    if not variants:
        return [_("It has no price: add a variant.")]
    rules = list(SplitRule.objects.in_force(at=now).filter(programme_id=product.programme_id))
    try:
        rule = splits.rule_for(product.programme_id, product.code, now, rules)
    except splits.NoRule:
        return [_("No approved split rule covers it now.")]
    if any(variant.currency != rule.currency for variant in variants):
        return [_("Its price is in another currency than its split rule.")]
    if any(variant.currency != settings.BASE_CURRENCY for variant in variants):
        return [_("The shop sells in one currency only, and this is another.")]
    return []


def _programme(product: Product) -> list[str]:
    programme = product.programme
    if programme.is_active and programme.partner.status == "active":
        return []
    return [_("Its programme is not active.")]


def warnings(product: Product, *, now: datetime) -> list[str]:
    """Return what staff should know before publishing: prices that leave the shop a loss."""
    rules = list(SplitRule.objects.in_force(at=now).filter(programme_id=product.programme_id))
    try:
        rule = splits.rule_for(product.programme_id, product.code, now, rules)
    except splits.NoRule:
        return []
    found = []
    for variant in product.variants.filter(is_active=True).order_by("position", "pk"):
        share = splits.preview(splits.terms(rule), price=variant.price_amount)
        if share.operations < 0:
            loss = format_money(Money(-share.operations, variant.currency))
            found.append(
                _("%(sku)s leaves the shop %(loss)s short with each piece.")
                % {"sku": variant.sku, "loss": loss}
            )
    return found


@transaction.atomic
def publish(*, product: Product, now: datetime) -> None:
    """Show `product` in the shop. Raises NotReady."""
    lacking = missing(product, now=now)
    if lacking:
        raise NotReady(lacking)
    product.is_published = True
    product.published_at = product.published_at or now
    product.save(update_fields=["is_published", "published_at"])


def withdraw(*, product: Product) -> None:
    """Take `product` out of the shop; orders and books keep it."""
    product.is_published = False
    product.save(update_fields=["is_published"])
