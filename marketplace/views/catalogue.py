"""Pages of the shop that anybody may cache: list, category, product."""

from datetime import datetime
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone

from partners.models import SplitRule
from weintl.history import once_called
from weintl.kept.keeping import kept_page
from weintl.organisation.context import ourselves

from .. import describing, trail
from ..models import Category, Product, ProductPicture, Variant
from ..pricing import delivery

A_PAGE = 20
RELATED = 3


class KnownTotal(Paginator):
    """A paginator that is told how many rows there are, instead of counting them again."""

    def __init__(self, rows: Any, *, total: int) -> None:
        """Keep the number."""
        super().__init__(rows, A_PAGE)
        self._total = total

    @property
    def count(self) -> int:  # type: ignore[override]
        """Return the number of rows."""
        return self._total


@kept_page
def shop(request: HttpRequest) -> HttpResponse:
    """Show all pieces, newest first, twenty a page."""
    categories = list(Category.objects.with_pieces())
    return _list(request, categories, Product.objects.public(), category=None)


@kept_page
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the pieces of one technique."""
    categories = list(Category.objects.with_pieces())
    chosen = next((each for each in categories if each.slug == slug), None)
    if chosen is None:
        return _moved(Category.objects.with_pieces(), slug)
    products = Product.objects.public().filter(category=chosen)
    return _list(request, categories, products, category=chosen)


def _list(
    request: HttpRequest, categories: list[Category], products: Any, *, category: Category | None
) -> HttpResponse:
    total = category.pieces if category else sum(each.pieces for each in categories)  # type: ignore[attr-defined]
    try:
        page = KnownTotal(products.for_cards(now=timezone.now()), total=total).page(
            request.GET.get("page", 1)
        )
    except InvalidPage as error:
        raise Http404 from error
    return render(
        request,
        "marketplace/shop.html",
        {
            "section": "shop",
            "page_object": category,
            "categories": categories,
            "category": category,
            "products": page.object_list,
            "page": page,
            "total": total,
            "all_pieces": sum(each.pieces for each in categories),  # type: ignore[attr-defined]
        },
    )


@kept_page
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product, with what its price pays for. Sold out, the page stays."""
    now = timezone.now()
    variants = list(_variants(slug))
    if not variants:
        return _moved(Product.objects.public(), slug)
    shown: Product = variants[0].product
    if shown.slug != slug:
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    organisation = ourselves(request)
    variant = next((each for each in variants if each.free > 0), variants[0])
    rules = SplitRule.objects.in_force(at=now).filter(programme_id=shown.programme_id)
    others = list(Product.objects.public().from_workshop_of(shown)[:RELATED])
    pictures = _pictures([shown, *others], now=now)
    for each in others:
        each.picture = next(iter(pictures.get(each.pk, [])), None)  # type: ignore[attr-defined]
    return render(
        request,
        "marketplace/product.html",
        {
            "section": "shop",
            "page_object": shown,
            "product": shown,
            "variants": variants,
            "variant": variant,
            "pictures": pictures.get(shown.pk, []),
            "others": others,
            "described": describing.product(
                shown,
                variants=variants,
                pictures=pictures.get(shown.pk, []),
                is_open=organisation.is_shop_open,
            ),
            "parts": trail.promise(variant, list(rules), at=now),
            "organisation": organisation,
            "delivery": delivery(organisation.shipping_flat_amount),
        },
    )


def _variants(slug: str) -> Any:
    # Either language's word finds the page: a link may have been passed on between readers.
    named = Q(product__slug_en=slug) | Q(product__slug_es=slug)
    return Variant.objects.for_sale().filter(named)


def _pictures(products: list[Product], *, now: datetime) -> dict[int, list[Any]]:
    """Return {product id: pictures} of all in one query, each list in its order."""
    found: dict[int, list[Any]] = {}
    for row in ProductPicture.objects.public(now=now).filter(product__in=products):
        found.setdefault(row.product_id, []).append(row.picture)
    return found


def _moved(rows: Any, slug: str) -> HttpResponse:
    """Lead from the other language's word, or one of former times, to the page. Raises Http404."""
    named = Q(slug_en=slug) | Q(slug_es=slug)
    found = rows.filter(named).first() or once_called(rows, slug, words=("slug_en", "slug_es"))
    if found is None or found.slug == slug:
        raise Http404
    return HttpResponsePermanentRedirect(found.get_absolute_url())
