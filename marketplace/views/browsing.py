"""Lists of the shop: all pieces and those of a category, filtered, searched, in an order."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from weintl.kept.keeping import Remembered, kept_page
from weintl.search.words import Words

from .. import browsing, cards, facets, seeking
from ..browsing import Choice
from ..models import Category
from ..models.listing import ListingQuerySet
from .catalogue import moved

A_PAGE = 20
# Names of all choices by language, until anything is changed.
named: Remembered[tuple[facets.Names, browsing.Terms]] = Remembered()
# All categories, likewise.
branches: Remembered[list[Category]] = Remembered()


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
    state = getattr(request, "content_state", None)
    known, terms = named.get(language, lambda: facets.names(language=language), state=state)
    sought = seeking.seek(choice, terms, state=state)
    rows = branches.get("", Category.objects.rows, state=state)
    tree = Category.objects.tree(browsing.by_category(sought.tally, terms), rows=rows)
    category = tree.named(slug) if slug else None
    if slug and (category is None or (not choice.words and category.pk not in tree.by_id)):
        return moved(Category.objects.filter(pk__in=tree.by_id), slug)
    within = tree.within(category) if category else None
    number = browsing.counted(sought.tally, choice, terms=terms, within=within)
    try:
        page = KnownTotal(total=number.total).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    first = (page.number - 1) * A_PAGE
    met = browsing.meeting(sought.words, choice, number=number, terms=terms)
    if within is not None:
        met = met.filter(category__in=within)
    ids = _ids(met, sought.words, choice, first=first, total=number.total)
    context = {
        "section": "shop",
        "page_object": category,
        "categories": category.below if category else tree.roots,  # type: ignore[attr-defined]
        "way": tree.way(category)[:-1] if category else [],
        "category": category,
        "cards": cards.of(ids, now=now, state=state),
        "page": page,
        "pages": [
            (each, choice.query(page=each) if isinstance(each, int) else "")
            for each in page.paginator.get_elided_page_range(page.number, on_each_side=2)
        ],
        "before": choice.query(page=page.number - 1),
        "after": choice.query(page=page.number + 1),
        "total": number.total,
        "choice": choice,
        "instead": sought.words if sought.words != choice.words else None,
        "ranked": browsing.RANKED,
        "facets": facets.shown(number, choice, known=known),
        "chips": facets.chips(choice, known=known),
        "sorts": facets.sorts(choice),
        "own_query": choice.query(page=page.number),
    }
    return render(request, "marketplace/shop.html", context)


def _ids(
    met: ListingQuerySet, words: Words | None, choice: Choice, *, first: int, total: int
) -> list[int]:
    """Return the ids of the products of one page, in its order."""
    if not total:
        return []
    if choice.sort != browsing.FITTING or words is None:
        order = browsing.SORTS[choice.sort][1]
        return list(met.order_by(*order).values_list("pk", flat=True)[first : first + A_PAGE])
    return list(browsing.fitting(met, words, first=first, most=A_PAGE, total=total))
