"""What somebody looks for in the shop: filters and order from an address, and what they leave.

An address says it all, by codes that are the same in both languages. Within a filter any of the
chosen is enough; all filters must be met. The number beside each choice says how many pieces
there would be with it, the other filters staying as they are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
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
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 7:
        return None
    return int(text)


def conditions(choice: Choice) -> dict[str, Q]:
    """Return {filter: condition on a listing} of what is chosen."""
    found = {name: KINDS[name].condition(codes) for name, codes in choice.chosen.items() if codes}
    if choice.low or choice.high:
        own = _between(choice.low or 0, choice.high, last=True)
        found["price"] = found.get("price", Q()) & own
    return found


def _between(low: int, high: int | None, *, last: bool = False) -> Q:
    """Return the condition of a price from `low` to `high`, that one included with `last`."""
    unit = 10 ** exponent(settings.BASE_CURRENCY)
    found = Q(price_amount__gte=low * unit)
    if high is not None:
        found &= Q(**{f"price_amount__{'lte' if last else 'lt'}": high * unit})
    return found


@dataclass(frozen=True, slots=True)
class Kind:
    """A filter: its condition on a listing, and the codes that a group of listings has for it."""

    condition: Callable[[Sequence[str]], Q]
    codes: Callable[[Mapping[str, Any]], Sequence[str]]


def _bands(codes: Sequence[str]) -> Q:
    found = Q(pk__in=[])
    for code, low, high in BANDS:
        if code in codes:
            found |= _between(low, high)
    return found


def _one(column: str, key: str) -> Kind:
    return Kind(
        lambda codes: Q(**{f"{column}__in": list(codes)}),
        lambda group: [group[key]] if group[key] else [],
    )


def _many(column: str) -> Kind:
    return Kind(lambda codes: Q(**{f"{column}__overlap": list(codes)}), lambda group: group[column])


def _flag(column: str) -> Kind:
    return Kind(lambda codes: Q(**{column: True}), lambda group: ["1"] if group[column] else [])


KINDS = {
    "technique": _one("technique__code", "technique__code"),
    "material": _many("materials"),
    "colour": _many("colours"),
    "programme": _one("programme__code", "programme__code"),
    "country": _one("programme__country", "programme__country"),
    "price": Kind(_bands, lambda group: [group["band"]] if group["band"] else []),
    "stock": _flag("is_in_stock"),
    "one": _flag("is_one_of_a_kind"),
}
GROUPS = (
    *("technique__code", "programme__code", "programme__country", "materials", "colours"),
    *("is_in_stock", "is_one_of_a_kind", "category_id", "band", "is_within"),
)
Group = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pieces each choice of each filter would leave; `total` meet all of them."""

    total: int
    numbers: Mapping[str, Mapping[str, int]]


def grouped(scope: QuerySet[Listing], choice: Choice) -> list[Group]:
    """Return the listings of `scope` in groups that are alike in all that can be chosen.

    One statement reads them once; there are far fewer such groups than pieces.
    """
    text = CharField()
    band = Case(
        *(When(_between(low, high), then=Value(code)) for code, low, high in BANDS),
        default=Value(""),
        output_field=text,
    )
    is_within: Any = Value(True)
    if choice.low or choice.high:
        own = _between(choice.low or 0, choice.high, last=True)
        is_within = Case(When(own, then=Value(True)), default=Value(False))
    named = scope.order_by().annotate(band=band, is_within=is_within)
    return list(named.values(*GROUPS).annotate(number=Count("pk")))


def by_category(groups: Iterable[Group]) -> Counter[int]:
    """Return {category id: pieces that stand in it itself}."""
    found: Counter[int] = Counter()
    for group in groups:
        found[group["category_id"]] += group["number"]
    return found


def counted(groups: Iterable[Group], choice: Choice, *, within: Sequence[int] | None) -> Counted:
    """Count for every filter the pieces that its choices would leave, in categories `within`."""
    total, numbers = 0, {name: Counter[str]() for name in NAMES}
    inside = None if within is None else set(within)
    for group in groups:
        if inside is not None and group["category_id"] not in inside:
            continue
        failed = _failed(group, choice)
        if not failed:
            total += group["number"]
        for name in NAMES if not failed else failed if len(failed) == 1 else ():
            for code in KINDS[name].codes(group):
                numbers[name][code] += group["number"]
    return Counted(total, numbers)


def _failed(group: Mapping[str, Any], choice: Choice) -> set[str]:
    """Return the filters that a group does not meet."""
    failed = {
        name
        for name, chosen in choice.chosen.items()
        if not set(chosen).intersection(KINDS[name].codes(group))
    }
    return failed if group["is_within"] else failed | {"price"}


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
