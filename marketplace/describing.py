"""Products in the words of schema.org, for search engines."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weintl.media.models import Picture
from weintl.money.values import exponent
from weintl.web import absolute, crumbs, described

from .models import Product, Variant


def product(
    shown: Product, *, variants: Iterable[Variant], pictures: Iterable[Picture], is_open: bool
) -> SafeString:
    """Return a product with what each variant costs and whether it can be had now."""
    url = absolute(shown.get_absolute_url())
    data: dict[str, Any] = {
        "@type": "Product",
        "name": shown.name,
        "description": shown.description,
        "url": url,
        "sku": shown.code,
        "offers": [_offer(each, url=url, is_open=is_open) for each in variants],
    }
    now = timezone.now()
    seen = [each for each in pictures if each.may_be_seen(now=now, scope="shop")]
    if images := [absolute(each.files("webp")[-1].url) for each in seen if each.files("webp")]:
        data["image"] = images
    if shown.material:
        data["material"] = shown.material
    way = [
        (_("Home"), reverse("awareness:home")),
        (_("Shop"), reverse("marketplace:shop")),
        (shown.category.name, shown.category.get_absolute_url()),
        (shown.name, shown.get_absolute_url()),
    ]
    return described(data, crumbs(way))


def _offer(variant: Variant, *, url: str, is_open: bool) -> dict[str, Any]:
    amount = Decimal(variant.price_amount).scaleb(-exponent(variant.currency))
    is_free = is_open and variant.free > 0  # type: ignore[attr-defined]
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "url": url,
        "price": str(amount),
        "priceCurrency": variant.currency.upper(),
        "itemCondition": "https://schema.org/NewCondition",
        "availability": f"https://schema.org/{'InStock' if is_free else 'OutOfStock'}",
    }
