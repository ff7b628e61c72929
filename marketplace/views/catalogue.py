"""A product's page, which anybody may cache. Lists are in `browsing`."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language

from partners.models import SplitRule
from weintl.history import once_called
from weintl.kept.keeping import kept_page
from weintl.money import Money
from weintl.organisation.context import ourselves
from weintl.search.documents import written
from weintl.web import absolute

from .. import describing, estimates, measures, serving, sharing, trail
from ..models import Material, Product, ProductPicture, Variant

RELATED = 3


@kept_page
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product, with what its price pays for. Sold out, the page stays."""
    now = timezone.now()
    organisation = ourselves(request)
    sending = serving.annotations(organisation.country, now=now)
    variants = list(_variants(slug, now=now).annotate(**sending))
    if not variants:
        return moved(Product.objects.public(), slug)
    shown: Product = variants[0].product
    if shown.slug != slug:
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    free = [each for each in variants if each.free > 0]
    variant = next(iter(free), variants[0])
    rules = SplitRule.objects.in_force(at=now).filter(programme_id=shown.programme_id)
    others = list(Product.objects.public().kin_of(shown, most=RELATED, now=now)[:RELATED])
    pictures = _pictures([shown, *others], now=now)
    for each in others:
        each.picture = next(iter(pictures.get(each.pk, [])), None)  # type: ignore[attr-defined]
    context = {
        "section": "shop",
        "page_object": shown,
        "product": shown,
        "variants": variants,
        "variant": variant,
        "is_gone": not free,
        "pictures": pictures.get(shown.pk, []),
        "others": others,
        "described": describing.product(
            shown,
            variants=variants,
            pictures=pictures.get(shown.pk, []),
            is_open=organisation.is_shop_open,
        ),
        "parts": trail.promise(shown, variant.asked, list(rules), at=now),
        "organisation": organisation,
        **_delivery(variant, now=now),
        "unserved": serving.names(variant.unserved),
        "share": sharing.links(title=shown.name, url=absolute(shown.get_absolute_url())),
        "way": shown.category.way,
    }
    return render(request, "marketplace/product.html", {**context, **_told(variants)})


def _told(variants: list[Any]) -> dict[str, Any]:
    """Return what is said of all variants together: the lowest price, sizes, weights."""
    for each in variants:
        each.size = measures.size(each)
    cheapest = min(variants, key=lambda each: each.asked.amount)
    return {
        "cheapest": cheapest,
        "is_priced_from": any(each.asked != cheapest.asked for each in variants),
        "facts": {
            "sizes": measures.told([(each.name, each.size) for each in variants]),
            "weights": measures.told(
                [(each.name, measures.weight(each.weight_grams)) for each in variants]
            ),
        },
    }


def _delivery(variant: Any, *, now: datetime) -> dict[str, Any]:
    """Return what a parcel to our own country costs and when it comes; nothing where none goes."""
    parcel = serving.parcel_of(variant)
    if parcel is None:
        return {}
    handling = variant.product.dispatch_days
    return {
        "delivery": Money(parcel.amount, variant.currency),
        "arrival": estimates.arrival(day=localdate(now), handling=handling, days=parcel.days),
    }


def _variants(slug: str, *, now: datetime) -> Any:
    # Either language's word finds the page: a link may have been passed on between readers.
    named = Q(product__slug_en=slug) | Q(product__slug_es=slug)
    above = "product__category__parent__parent__parent"
    materials = (
        Material.objects.filter(products=OuterRef("product"))
        .annotate(words=written("name", get_language() or "en"))
        .order_by("position", "pk")
    )
    return (
        Variant.objects.for_sale(now=now)
        .select_related(above, "product__technique")
        .annotate(materials=ArraySubquery(materials.values("words")))
        .filter(named)
    )


def _pictures(products: list[Product], *, now: datetime) -> dict[int, list[Any]]:
    """Return {product id: pictures} of all in one query, each list in its order."""
    found: dict[int, list[Any]] = {}
    for row in ProductPicture.objects.public(now=now).filter(product__in=products):
        found.setdefault(row.product_id, []).append(row.picture)
    return found


def moved(rows: Any, slug: str) -> HttpResponse:
    """Lead from the other language's word, or one of former times, to the page. Raises Http404."""
    named = Q(slug_en=slug) | Q(slug_es=slug)
    found = rows.filter(named).first() or once_called(rows, slug, words=("slug_en", "slug_es"))
    if found is None or found.slug == slug:
        raise Http404
    return HttpResponsePermanentRedirect(found.get_absolute_url())
