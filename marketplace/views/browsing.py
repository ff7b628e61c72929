"""Lists of the shop: all pieces and those of a category, filtered, searched, in an order."""

from datetime import datetime

from django.contrib.postgres.search import SearchRank
from django.core.paginator import InvalidPage, Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from weintl.kept.keeping import kept_page

from .. import browsing, facets
from ..browsing import Choice, Group
from ..models import Category, Listing, Product
from .catalogue import moved

A_PAGE = 20


class KnownTotal(Paginator):
    """A paginator that is told how many rows there are; its rows are fetched by the view."""

    def __init__(self, *, total: int) -> None:
        """Keep the number."""
        super().__init__(range(total), A_PAGE)


@kept_page
def shop(request: HttpRequest) -> HttpResponse:
    """Show all pieces, newest first, twenty a page."""
    return _list(request, slug=None)


@kept_page
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the pieces of one category, and of those below it."""
    return _list(request, slug=slug)


def _list(request: HttpRequest, *, slug: str | None) -> HttpResponse:
    now, language = timezone.now(), get_language() or "en"
    choice = browsing.read(request.GET, language=language)
    scope, groups, close = _found(choice)
    tree = Category.objects.tree(browsing.by_category(groups))
    category = tree.named(slug) if slug else None
    if slug and (category is None or (not choice.words and category.pk not in tree.by_id)):
        return moved(Category.objects.filter(pk__in=tree.by_id), slug)
    within = tree.within(category) if category else None
    if within is not None:
        scope = scope.filter(category__in=within)
    number = browsing.counted(groups, choice, within=within)
    try:
        page = KnownTotal(total=number.total).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    first = (page.number - 1) * A_PAGE
    products = _products(scope, choice, first=first, close=close, now=now)
    known = facets.names(language=language)
    context = {
        "section": "shop",
        "page_object": category,
        "categories": category.below if category else tree.roots,  # type: ignore[attr-defined]
        "way": tree.way(category)[:-1] if category else [],
        "category": category,
        "products": products,
        "page": page,
        "pages": [
            (each, choice.query(page=each) if isinstance(each, int) else "")
            for each in page.paginator.get_elided_page_range(page.number, on_each_side=2)
        ],
        "before": choice.query(page=page.number - 1),
        "after": choice.query(page=page.number + 1),
        "total": number.total,
        "choice": choice,
        "is_close": close is not None,
        "facets": facets.shown(number, choice, known=known),
        "chips": facets.chips(choice, known=known),
        "sorts": facets.sorts(choice),
        "own_query": choice.query(page=page.number),
    }
    return render(request, "marketplace/shop.html", context)


def _found(choice: Choice) -> tuple[QuerySet[Listing], list[Group], list[int] | None]:
    """Return where the words are found, in groups; where none has them, ids of what is like."""
    scope: QuerySet[Listing] = Listing.objects.public()
    if choice.words is None:
        return scope, browsing.grouped(scope, choice), None
    having = browsing.texts_with(choice.words)
    within = scope.filter(product__in=having.values("product"))
    groups = browsing.grouped(within, choice)
    if groups:
        return within, groups, None
    close = browsing.alike(choice.words)
    alike = scope.filter(product__in=close)
    return alike, browsing.grouped(alike, choice), close


def _products(
    scope: QuerySet[Listing],
    choice: Choice,
    *,
    first: int,
    close: list[int] | None,
    now: datetime,
) -> list[Product]:
    """Return the pieces of one page, with price and pictures."""
    met, cards = browsing.meeting(scope, choice), Product.objects.for_cards(now=now)
    part = slice(first, first + A_PAGE)
    if choice.sort != browsing.FITTING or choice.words is None:
        order = [
            f"-listing__{name[1:]}" if name.startswith("-") else f"listing__{name}"
            for name in browsing.SORTS[choice.sort][1]
        ]
        return list(cards.filter(pk__in=met.values("pk")[part]).order_by(*order))
    if close is not None:
        left = set(met.values_list("pk", flat=True))
        ids = [pk for pk in close if pk in left][part]
    else:
        rank = SearchRank(F("vector"), choice.words.query)
        texts = browsing.texts_with(choice.words).filter(product__listing__in=met)
        best = texts.annotate(rank=rank).order_by("-rank", "product")
        ids = list(best.values_list("product", flat=True)[part])
    found = {each.pk: each for each in cards.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]
