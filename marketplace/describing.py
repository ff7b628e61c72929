"""Products in the words of schema.org, for search engines."""

from collections.abc import Iterable, Sequence
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
    shown: Product, *, variants: Sequence[Any], pictures: Iterable[Picture], is_open: bool
) -> SafeString:
    """Return a product with what each variant costs and whether it can be had now."""
    url = absolute(shown.get_absolute_url())
    data: dict[str, Any] = {
        "@type": "Product",
        "name": shown.name,
        "description": shown.description,
        "url": url,
        "sku": shown.code,
        "countryOfOrigin": str(shown.programme.country),
        "offers": [
            _offer(each, url=url, is_open=is_open, is_only=shown.is_one_of_a_kind)
            for each in variants
        ],
    }
    now = timezone.now()
    seen = [each for each in pictures if each.may_be_seen(now=now, scope="shop")]
    if images := [absolute(each.files("webp")[-1].url) for each in seen if each.files("webp")]:
        data["image"] = images
    materials = next((each.materials for each in variants), []) or [shown.material]
    if any(materials):
        data["material"] = ", ".join(materials)
    way = [
        (_("Home"), reverse("awareness:home")),
        (_("Shop"), reverse("marketplace:shop")),
        *((each.name, each.get_absolute_url()) for each in shown.category.way),
        (shown.name, shown.get_absolute_url()),
    ]
    return described(data, crumbs(way))


def _offer(variant: Variant, *, url: str, is_open: bool, is_only: bool) -> dict[str, Any]:
    amount = Decimal(variant.asked.amount).scaleb(-exponent(variant.currency))
    offer = {
        "@type": "Offer",
        "sku": variant.sku,
        "name": variant.title,
        "url": url,
        "price": str(amount),
        "priceCurrency": variant.currency.upper(),
        "itemCondition": "https://schema.org/NewCondition",
        "availability": _availability(variant, is_open=is_open, is_only=is_only),
    }
    if variant.is_on_sale:
        offer["priceValidUntil"] = variant.sale_ends_at.date().isoformat()  # type: ignore[attr-defined]
    return offer


def _availability(variant: Any, *, is_open: bool, is_only: bool) -> str:
    if variant.free < 1 and is_only:
        found = "SoldOut"
    elif variant.free < 1 or not is_open:
        found = "OutOfStock"
    else:
        found = "InStock" if variant.on_shelf > 0 else "MadeToOrder"
    return f"https://schema.org/{found}"
