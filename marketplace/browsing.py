"""What somebody looks for in the shop: filters and order from an address, and what they leave.

An address says it all, by codes that are the same in both languages. Within a filter any of the
chosen is enough; all filters must be met. The number beside each choice says how many pieces
there would be with it, the other filters staying as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from weintl.money.values import exponent
from weintl.search import searching
from weintl.search import words as search_words
from weintl.search.words import Words

from .models import Listing, ListingText

MOST = 20
MOST_ALIKE = 200
NEWEST, CHEAPEST, DEAREST, FITTING = "new", "price", "-price", "fit"
SORTS = {
    NEWEST: (_("Newest first"), ("-published_at", "pk")),
    CHEAPEST: (_("Lowest price first"), ("price_amount", "pk")),
    DEAREST: (_("Highest price first"), ("-price_amount", "pk")),
}
# Prices in whole units of the shop's currency: from, and up to but without.
BANDS = (("0-25", 0, 25), ("25-50", 25, 50), ("50-100", 50, 100), ("100-", 100, None))
LISTS = ("technique", "material", "colour", "programme", "country", "price")
FLAGS = ("stock", "one")
NAMES = (*LISTS, *FLAGS)


@dataclass(frozen=True, slots=True)
class Choice:
    """All that an address asks for; `chosen` is {filter: codes}, without empty ones."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    words: Words | None = None
    sort: str = NEWEST

    @property
    def is_plain(self) -> bool:
        """Say whether nothing is filtered, searched or put into another order."""
        return (
            not (self.chosen or self.words)
            and self.low is self.high is None
            and (self.sort == NEWEST)
        )

    def query(self, **changes: Any) -> str:
        """Return the address's query of this choice; `page` may be among `changes`."""
        page = changes.pop("page", 1)
        own = replace(self, **changes) if changes else self
        pairs: list[tuple[str, Any]] = [("q", own.words.text)] if own.words else []
        pairs += [(name, code) for name in NAMES for code in own.chosen.get(name, ())]
        pairs += [(name, value) for name, value in (("min", own.low), ("max", own.high)) if value]
        if own.sort != (FITTING if own.words else NEWEST):
            pairs.append(("sort", own.sort))
        if page > 1:
            pairs.append(("page", page))
        return f"?{urlencode(pairs)}" if pairs else ""

    def without(self, name: str, code: str) -> str:
        """Return the query with one chosen code less."""
        left = {key: codes for key, codes in self.chosen.items() if key != name}
        rest = tuple(each for each in self.chosen.get(name, ()) if each != code)
        return self.query(chosen={**left, name: rest} if rest else left)


def read(given: QueryDict, *, language: str) -> Choice:
    """Return what an address asks for; what is no filter, code or number of ours is left out."""
    chosen = {}
    for name in LISTS:
        codes = tuple(sorted({code for code in given.getlist(name)[:MOST] if _is_code(code)}))
        if codes:
            chosen[name] = codes
    chosen |= {name: ("1",) for name in FLAGS if given.get(name) == "1"}
    words = search_words.read(given.get("q", ""), language=language)
    known = words if words.terms else None
    sort = given.get("sort", "")
    if sort not in SORTS:
        sort = FITTING if known else NEWEST
    return Choice(chosen, _whole(given.get("min")), _whole(given.get("max")), known, sort)


def _is_code(code: str) -> bool:
    return 0 < len(code) <= 40 and code.isascii() and code.replace("-", "").isalnum()


def _whole(text: str | None) -> int | None:
    is_number = bool(text) and text.isascii() and text.isdigit() and len(text) < 8  # type: ignore[union-attr]
    return int(text) if is_number else None  # type: ignore[arg-type]


def conditions(choice: Choice) -> dict[str, Q]:
    """Return {filter: condition on a listing} of what is chosen."""
    chosen = choice.chosen
    found: dict[str, Q] = {}
    if codes := chosen.get("technique"):
        found["technique"] = Q(technique__code__in=codes)
    if codes := chosen.get("material"):
        found["material"] = Q(materials__overlap=list(codes))
    if codes := chosen.get("colour"):
        found["colour"] = Q(colours__overlap=list(codes))
    if codes := chosen.get("programme"):
        found["programme"] = Q(programme__code__in=codes)
    if codes := chosen.get("country"):
        found["country"] = Q(programme__country__in=[code.upper() for code in codes])
    if codes := chosen.get("price"):
        bands = [_between(low, high) for code, low, high in BANDS if code in codes]
        found["price"] = _any(bands)
    if choice.low or choice.high:
        found["price"] = found.get("price", Q()) & _between(choice.low or 0, choice.high, last=True)
    if "stock" in chosen:
        found["stock"] = Q(is_in_stock=True)
    if "one" in chosen:
        found["one"] = Q(is_one_of_a_kind=True)
    return found


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for each in conditions:
        found |= each
    return found


def _between(low: int, high: int | None, *, last: bool = False) -> Q:
    """Return the condition of a price from `low` to `high`, that one included with `last`."""
    unit = 10 ** exponent(settings.BASE_CURRENCY)
    found = Q(price_amount__gte=low * unit)
    if high is not None:
        found &= Q(**{f"price_amount__{'lte' if last else 'lt'}": high * unit})
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pieces each choice of each filter would leave; `total` meet all of them."""

    total: int
    numbers: Mapping[str, Mapping[str, int]]


def counted(scope: QuerySet[Listing], choice: Choice) -> Counted:
    """Count the listings of `scope` for every filter, in one statement."""
    found = conditions(choice)
    text = CharField()

    def rows(name: str) -> Any:
        others = Q()
        for other, condition in found.items():
            if other != name:
                others &= condition
        return scope.filter(others).order_by()

    def grouped(name: str, key: Any) -> Any:
        number = Count("pk")
        named = rows(name).annotate(kind=Value(name, output_field=text), code=Cast(key, text))
        return (
            named.values("kind", "code")
            .annotate(number=number)
            .values_list("kind", "code", "number")
        )

    def once(name: str, condition: Q) -> Any:
        return grouped(name, Value("1")).filter(condition)

    def unnested(column: str) -> Func:
        return Func(F(column), function="unnest", output_field=text, set_returning=True)

    bands = [
        rows("price").filter(_between(low, high)).annotate(
            kind=Value("price", output_field=text), code=Value(code, output_field=text)
        ).values("kind", "code").annotate(number=Count("pk")).values_list("kind", "code", "number")
        for code, low, high in BANDS
    ]  # fmt: skip
    parts = [
        grouped("technique", F("technique__code")),
        grouped("material", unnested("materials")),
        grouped("colour", unnested("colours")),
        grouped("programme", F("programme__code")),
        grouped("country", F("programme__country")),
        *bands,
        once("stock", Q(is_in_stock=True)),
        once("one", Q(is_one_of_a_kind=True)),
    ]
    numbers: dict[str, dict[str, int]] = {name: {} for name in (*NAMES, "all")}
    for kind, code, number in grouped("all", Value("1")).union(*parts, all=True):
        if code is not None:
            numbers[kind][code] = number
    return Counted(numbers.pop("all").get("1", 0), numbers)


def meeting(scope: QuerySet[Listing], choice: Choice) -> QuerySet[Listing]:
    """Return the listings of `scope` that meet all filters, in the order asked for."""
    every = Q()
    for condition in conditions(choice).values():
        every &= condition
    found = scope.filter(every)
    if choice.sort == FITTING:
        return found
    return found.order_by(*SORTS[choice.sort][1])


def texts_with(words: Words) -> QuerySet[ListingText]:
    """Return the texts that have all the words, in one of their forms."""
    return ListingText.objects.filter(language=words.language, vector=words.query)


def alike(words: Words) -> list[int]:
    """Return the products whose words are like those typed, the likest first."""
    texts = ListingText.objects.filter(words.is_like("folded"), language=words.language)
    rows = texts.annotate(rank=words.likeness("folded")).order_by("-rank", "product")
    found = searching.closely(lambda: list(rows.values_list("product", "rank")[:MOST_ALIKE]))
    best = max((rank for _pk, rank in found), default=0)
    return [pk for pk, rank in found if rank >= best * searching.NEARLY]


def without_empty(numbers: Mapping[str, int], chosen: Sequence[str]) -> dict[str, int]:
    """Return the choices that leave a piece, and those that are chosen already."""
    return {**dict.fromkeys(chosen, 0), **{code: n for code, n in numbers.items() if n}}
