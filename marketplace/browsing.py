"""What somebody looks for in the shop: filters and order from an address, and what they leave.

An address says it all, by codes that are the same in both languages. Within a filter any of the
chosen is enough; all filters must be met. The number beside each choice says how many pieces
there would be with it, the other filters staying as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchRank
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from weintl.money.values import exponent
from weintl.search import words as search_words
from weintl.search.words import Words

from .looks import Tally, memory
from .models import Listing
from .models.listing import ListingQuerySet

MOST = 20
# Of what has the words, so many of the newest are put in the order of how well they match:
# beyond, it says little and takes long.
RANKED = 1_000
# From so many on, the newest are met soon enough by whoever goes through all of them by date.
MANY = 10_000
# Up to so many pieces of so few looks are fetched by their looks; others are met soon enough by
# whoever goes through all in the order asked for.
FEW_PIECES, FEW_LOOKS = 2_000, 300
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


def _between(low: int, high: int | None, *, last: bool = False) -> Q:
    """Return the condition of a price from `low` to `high`, that one included with `last`."""
    unit = 10 ** exponent(settings.BASE_CURRENCY)
    found = Q(price_amount__gte=low * unit)
    if high is not None:
        found &= Q(**{f"price_amount__{'lte' if last else 'lt'}": high * unit})
    return found


def typed_amounts(choice: Choice) -> tuple[int | None, int | None]:
    """Return the least and the most that was typed, in minor units; None for no limit."""
    if not (choice.low or choice.high):
        return None, None
    unit = 10 ** exponent(settings.BASE_CURRENCY)
    return (choice.low or 0) * unit, None if choice.high is None else choice.high * unit


def own_range(choice: Choice) -> Q | None:
    """Return the condition of the prices that were typed; None for none."""
    if choice.low or choice.high:
        return _between(choice.low or 0, choice.high, last=True)
    return None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the codes of an address stand for; rows of inactive programmes are in no list."""

    techniques: Mapping[str, int]
    # Active ones, and those of each country.
    programmes: Mapping[str, int]
    countries: Mapping[str, Sequence[int]]
    # Whether every programme is active, so that none need be asked for.
    is_all_active: bool


def conditions(choice: Choice, terms: Terms) -> Q:
    """Return the condition on a listing of all that is chosen."""
    every = Q() if terms.is_all_active else Q(programme__in=sorted(terms.programmes.values()))
    for name, codes in choice.chosen.items():
        every &= _condition(name, codes, terms)
    return every & (own_range(choice) or Q())


def _condition(name: str, codes: Sequence[str], terms: Terms) -> Q:
    if name in COLUMNS:
        return Q(**{f"{COLUMNS[name]}__overlap": list(codes)})
    if name == "price":
        found = Q(pk__in=[])
        for code, low, high in BANDS:
            if code in codes:
                found |= _between(low, high)
        return found
    if name in FLAGS:
        return Q(**{"is_in_stock" if name == "stock" else "is_one_of_a_kind": True})
    field = "technique" if name == "technique" else "programme"
    return Q(**{f"{field}__in": sorted(_ids(name, codes, terms))})


COLUMNS = {"material": "materials", "colour": "colours"}


def _ids(name: str, codes: Iterable[str], terms: Terms) -> set[int]:
    if name == "country":
        return {pk for code in codes for pk in terms.countries.get(code, ())}
    known = terms.techniques if name == "technique" else terms.programmes
    return {known[code] for code in codes if code in known}


def _looks(name: str, codes: Iterable[str], terms: Terms) -> int:
    """Return the looks, as bits, that have one of the choices of a filter."""
    if name in COLUMNS:
        return memory.having(COLUMNS[name], codes)
    if name == "one":
        return memory.having("is_one_of_a_kind", [True])
    if name == "price":
        unit, chosen = 10 ** exponent(settings.BASE_CURRENCY), set(codes)
        bands = [(low * unit, high and high * unit) for code, low, high in BANDS if code in chosen]
        steps = [step for step in memory.bits["step"] if isinstance(step, int)]
        return memory.having(
            "step",
            [
                step
                for step in steps
                if any(low <= step and (not high or step < high) for low, high in bands)
            ],
        )
    field = "technique_id" if name == "technique" else "programme_id"
    return memory.having(field, _ids(name, codes, terms))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pieces each choice of each filter would leave; `total` meet all of them."""

    total: int
    numbers: Mapping[str, Mapping[str, int]]
    # The looks of those that meet all, as bits.
    looks: int


def having(words: Words | None) -> ListingQuerySet:
    """Return the listings that have the words, in one of their forms; all without words."""
    if words is None:
        return Listing.objects.all()
    return Listing.objects.filter(**{f"vector_{words.language}": words.query})


def by_category(own: Tally, terms: Terms) -> dict[int, int]:
    """Return {category id: pieces that stand in it itself}."""
    shown = memory.having("programme_id", terms.programmes.values())
    categories = list(memory.bits["category_id"].items())
    counted = {pk: own.count(shown & looks) for pk, looks in categories if isinstance(pk, int)}
    return {pk: number for pk, number in counted.items() if number}


def counted(
    own: Tally, choice: Choice, *, terms: Terms, within: Sequence[int] | None = None
) -> Counted:
    """Count for every filter the pieces that its choices would leave, in categories `within`."""
    ground = memory.having("programme_id", terms.programmes.values())
    if within is not None:
        ground &= memory.having("category_id", within)
    met = {
        name: _looks(name, codes, terms) for name, codes in choice.chosen.items() if name != "stock"
    }
    has_stock = "stock" in choice.chosen
    numbers: dict[str, dict[str, int]] = {}
    for name in (*LISTS, "one"):
        others = _all(ground, [looks for other, looks in met.items() if other != name])
        codes = _codes(name, terms)
        numbers[name] = {
            code: own.count(
                others & _looks(name, [code], terms), in_stock=has_stock, within=name != "price"
            )
            for code in codes
        }
    every = _all(ground, met.values())
    numbers["stock"] = {"1": own.count(every, in_stock=True, within=True)}
    return Counted(
        total=own.count(every, in_stock=has_stock, within=True),
        numbers=numbers,
        looks=own.present(every, in_stock=has_stock, within=True),
    )


def _all(ground: int, met: Iterable[int]) -> int:
    for each in met:
        ground &= each
    return ground


def _codes(name: str, terms: Terms) -> list[str]:
    if name in COLUMNS:
        return [str(code) for code in list(memory.bits[COLUMNS[name]])]
    return {
        "technique": list(terms.techniques),
        "programme": list(terms.programmes),
        "country": list(terms.countries),
        "price": [code for code, _low, _high in BANDS],
        "one": ["1"],
    }[name]


def meeting(
    words: Words | None, choice: Choice, *, number: Counted, terms: Terms
) -> ListingQuerySet:
    """Return the listings that have `words` and meet all filters, in no order."""
    found = having(words)
    if choice.chosen and number.total <= FEW_PIECES and number.looks.bit_count() <= FEW_LOOKS:
        found = found.filter(look__in=memory.named(number.looks))
        if "stock" in choice.chosen:
            found = found.filter(is_in_stock=True)
        return found.filter(own_range(choice) or Q())
    return found.filter(conditions(choice, terms))


def fitting(
    met: ListingQuerySet, words: Words, *, first: int, most: int, total: int
) -> QuerySet[Listing, int]:
    """Return the ids of so many products from place `first` on, best match first.

    Only the newest are put in that order; those after them follow by date. `total` is how many
    meet the choice.
    """
    if first >= RANKED:
        rest = met.order_by("-published_at", "pk")
        return rest.values_list("pk", flat=True)[first : first + most]
    rank = SearchRank(F(f"vector_{words.language}"), words.query)
    best = Listing.objects.filter(pk__in=newest(met, total=total)).order_by(rank.desc(), "pk")
    return best.values_list("pk", flat=True)[first : min(first + most, RANKED)]


def newest(met: ListingQuerySet, *, total: int = 0) -> QuerySet[Listing, Any]:
    """Return the ids of the newest that have words: of them alone it is asked how they match.

    `total` is how many have them, where that is known.
    """
    if total >= MANY:
        # Going through the shop by date soon meets a thousand.
        return met.order_by("-published_at", "pk").values("pk")[:RANKED]
    # By an expression, so that those with the word are found first and then put in order, not
    # the whole shop gone through by date until a thousand have it.
    at = ExpressionWrapper(F("published_at") + Value(timedelta()), output_field=DateTimeField())
    return met.annotate(at=at).order_by("-at", "pk").values("pk")[:RANKED]


def without_empty(numbers: Mapping[str, int], chosen: Sequence[str]) -> dict[str, int]:
    """Return the choices that leave a piece, and those that are chosen already."""
    return {**dict.fromkeys(chosen, 0), **{code: n for code, n in numbers.items() if n}}
