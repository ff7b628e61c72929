"""Put a product into the shop, or take it out. What a shopper would miss keeps it out."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from partners import splits
from partners.models import SplitRule
from weintl.media.models.consents import Scope
from weintl.money import Money
from weintl.money.formatting import format_money

from . import pricing, serving
from .models import Product, SalePrice, Variant
from .models.catalogue import WANTED

# May stay empty in both languages.
OPTIONAL = ("by_line", "made_by", "material", "size", "care")


class NotReady(Exception):
    """The product lacks something; `missing` says what, a sentence each."""

    def __init__(self, missing: Sequence[str]) -> None:
        """Keep what is missing."""
        super().__init__(" ".join(missing))
        self.missing = list(missing)


def missing(product: Product, *, now: datetime) -> list[str]:
    """Return what keeps `product` out of the shop, a sentence each."""
    variants = list(product.variants.filter(is_active=True).prefetch_related("values"))
    return [
        *_texts(product),
        *_pictures(product, now=now),
        *missing_of_variants(variants),
        *_money(product, variants, now=now),
        *_programme(product),
    ]


def untranslated(product: Product) -> dict[str, list[str]]:
    """Return {language: fields} of the texts that are missing there, the names of fields."""
    found: dict[str, list[str]] = {}
    for code, _language in settings.LANGUAGES:
        for name in (*WANTED, *OPTIONAL):
            is_wanted = name in WANTED or any(
                getattr(product, f"{name}_{other}") for other, _other in settings.LANGUAGES
            )
            if is_wanted and not getattr(product, f"{name}_{code}"):
                found.setdefault(code, []).append(name)
    return found


def _texts(product: Product) -> list[str]:
    languages = dict(settings.LANGUAGES)
    return [
        _("%(field)s is missing in %(language)s.")
        % {"field": label(name).capitalize(), "language": languages[code]}
        for code, names in untranslated(product).items()
        for name in names
    ]


def label(name: str) -> str:
    """Return what a field of a product is called."""
    return str(getattr(Product._meta.get_field(name), "verbose_name", name))


def _pictures(product: Product, *, now: datetime) -> list[str]:
    pictures = [row.picture for row in product.pictures.select_related("picture__consent")]
    if not pictures:
        return [_("It has no picture.")]
    found = [
        _("Picture %(key)s has no alternative text in both languages.") % {"key": picture.key}
        for picture in pictures
        if not all(getattr(picture, f"alt_{code}") for code, _name in settings.LANGUAGES)
    ]
    return found + [
        _("Picture %(key)s shows a person, and no consent covers the shop now.")
        % {"key": picture.key}
        for picture in pictures
        if not picture.may_be_seen(now=now, scope=Scope.SHOP)
    ]


def missing_of_variants(variants: Sequence[Variant]) -> list[str]:
    """Return what active variants of one product lack, read with their choices."""
    found = [
        _("%(sku)s has no weight.") % {"sku": variant.sku}
        for variant in variants
        if not variant.weight_grams
    ]
    seen: dict[object, str] = {}
    for variant in variants:
        choices = frozenset(value.pk for value in variant.values.all())
        if (other := seen.setdefault(choices or variant.name, variant.sku)) != variant.sku:
            found.append(
                _("%(sku)s and %(other)s differ in nothing: choose a colour or size for each.")
                % {"sku": variant.sku, "other": other}
            )
    return found


def _money(product: Product, variants: Sequence[Variant], *, now: datetime) -> list[str]:
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
    """Return what staff should know: what customs will ask, and prices that leave a loss."""
    rules = list(SplitRule.objects.in_force(at=now).filter(programme_id=product.programme_id))
    try:
        rule = splits.rule_for(product.programme_id, product.code, now, rules)
    except splits.NoRule:
        return []
    terms = splits.terms(rule)
    coming = SalePrice.objects.filter(variant__product=product, ends_at__gt=now)
    sales: dict[int, list[SalePrice]] = {}
    for sale in coming.order_by("starts_at", "pk"):
        sales.setdefault(sale.variant_id, []).append(sale)
    found = _customs(product, now=now)
    for variant in product.variants.filter(is_active=True).order_by("position", "pk"):
        usual = _loss(terms, variant.price_amount, variant.currency)
        if usual:
            found.append(
                _("%(sku)s leaves the shop %(loss)s short with each piece.")
                % {"sku": variant.sku, "loss": usual}
            )
        for sale in sales.get(variant.pk, []):
            amount = pricing.asked(variant.price_amount, sale.price_amount)
            if not usual and (loss := _loss(terms, amount, variant.currency)):
                found.append(
                    _("The sale price of %(sku)s leaves the shop %(loss)s short with each piece.")
                    % {"sku": variant.sku, "loss": loss}
                )
    return found


def _customs(product: Product, *, now: datetime) -> list[str]:
    """Say what a parcel abroad will lack; nothing where none goes abroad."""
    lacking = [
        f"{label('customs_description')} ({language})"
        for code, language in settings.LANGUAGES
        if not getattr(product, f"customs_description_{code}")
    ]
    lacking += [] if product.hs_code else [label("hs_code")]
    if not lacking or not serving.sends_abroad(now=now):
        return []
    words = _("For customs abroad it lacks: %(what)s.")
    return [words % {"what": ", ".join(lacking)}]


def _loss(terms: splits.Terms, price: int, currency: str) -> str:
    """Return by how much a price falls short of what it must pay for; nothing if it does not."""
    operations = splits.preview(terms, price=price).operations
    return format_money(Money(-operations, currency)) if operations < 0 else ""


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
