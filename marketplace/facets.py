"""Filters as readers see them: every choice with its name and number, in one query for names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from partners.models import Programme
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.money.values import exponent
from weintl.search.documents import written

from . import browsing
from .browsing import Choice, Counted, Terms
from .models import Material, OptionValue, Technique

TITLES = {
    "technique": gettext_lazy("Technique"),
    "material": gettext_lazy("Material"),
    "colour": gettext_lazy("Colour"),
    "programme": gettext_lazy("Programme"),
    "country": gettext_lazy("Country"),
    "price": gettext_lazy("Price"),
}
FLAGS = {"stock": gettext_lazy("In stock now"), "one": gettext_lazy("One of a kind")}
Names = Mapping[str, Mapping[str, str]]
# Of a programme that lists leave out.
NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice of a filter, and how many pieces it would leave."""

    name: str
    code: str
    words: str
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with its choices, or a single one to tick, without a title."""

    name: str
    title: Any
    choices: list[Offered]

    @property
    def is_open(self) -> bool:
        """Say whether something of it is chosen."""
        return any(each.is_chosen for each in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """What is chosen, and the address's query without it."""

    words: str
    query: str


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list."""

    code: str
    words: Any
    is_chosen: bool


def names(*, language: str) -> tuple[Names, Terms]:
    """Return {filter: {code: name}} of all lists, in their order, and what their codes stand for.

    One statement for both.
    """
    is_active = Q(is_active=True, partner__status="active")
    country = Case(When(is_active, then=Cast("country", CharField())), default=Value(NOWHERE))
    parts = [
        _terms("technique", Technique.objects.all(), language),
        _terms("material", Material.objects.all(), language),
        _terms("colour", OptionValue.objects.filter(option__code="colour"), language),
        _terms("programme", Programme.objects.all(), language, place=Value(0), country=country),
    ]
    rows = sorted(parts[0].union(*parts[1:], all=True), key=lambda row: (row[3], row[2]))
    found: dict[str, dict[str, str]] = {name: {} for name in browsing.LISTS}
    ids: dict[str, dict[str, int]] = {"technique": {}, "programme": {}}
    countries: dict[str, list[int]] = {}
    is_all_active = True
    for kind, code, words, _place, pk, place in rows:
        found[kind][code] = words
        if kind == "programme" and place == NOWHERE:
            is_all_active = False
            continue
        if kind == "programme":
            countries.setdefault(place, []).append(pk)
        if kind in ids:
            ids[kind][code] = pk
    found["price"] = {code: _band(low, high) for code, low, high in browsing.BANDS}
    terms = Terms(ids["technique"], ids["programme"], countries, is_all_active)
    return found, terms


def _terms(kind: str, rows: Any, language: str, place: Any = None, country: Any = None) -> Any:
    # A queryset of translated rows would put columns into an order of its own.
    plain: QuerySet[Any, Any] = QuerySet(model=rows.model, query=rows.query.chain())
    return plain.order_by().annotate(
        kind=Value(kind, output_field=CharField()),
        words=Cast(written("name", language), TextField()),
        place=Cast(place or F("position"), IntegerField()),
        where=Cast(country or Value(NOWHERE), TextField()),
    ).values_list("kind", "code", "words", "place", "pk", "where")  # fmt: skip


def _band(low: int, high: int | None) -> str:
    unit = 10 ** exponent(settings.BASE_CURRENCY)
    least = format_money(Money(low * unit, settings.BASE_CURRENCY))
    if high is None:
        return _("%s and more") % least
    most = format_money(Money(high * unit, settings.BASE_CURRENCY))
    if not low:
        return _("under %s") % most
    return _("%(least)s to %(most)s") % {"least": least, "most": most}


def shown(number: Counted, choice: Choice, *, known: Names) -> list[Facet]:
    """Return the filters that leave a choice, each choice with its number."""
    found = []
    for name, title in TITLES.items():
        codes = browsing.without_empty(number.numbers[name], choice.chosen.get(name, ()))
        order = list(known[name]) if name != "country" else []
        chosen = choice.chosen.get(name, ())
        choices = [
            Offered(name, code, named(name, code, known), codes[code], code in chosen)
            for code in sorted(codes, key=lambda code: _place(code, name, order, known))
        ]
        if len(choices) > 1 or chosen:
            found.append(Facet(name, title, choices))
    for name, title in FLAGS.items():
        count = number.numbers[name].get("1", 0)
        if count or name in choice.chosen:
            offered = Offered(name, "1", str(title), count, name in choice.chosen)
            found.append(Facet(name, "", [offered]))
    return found


def _place(code: str, name: str, order: list[str], known: Names) -> tuple[int, str]:
    place = order.index(code) if code in order else len(order)
    return place, named(name, code, known)


def named(name: str, code: str, known: Names) -> str:
    """Return what a code is called; the code itself where no list has it any more."""
    if name in FLAGS:
        return str(FLAGS[name])
    if name == "country":
        return str(countries.name(code.upper()) or code)
    return known[name].get(code, code)


def chips(choice: Choice, *, known: Names) -> list[Chip]:
    """Return what is chosen, each with the way back without it."""
    found = [
        Chip(named(name, code, known), choice.without(name, code))
        for name in browsing.NAMES
        for code in choice.chosen.get(name, ())
    ]
    unit = 10 ** exponent(settings.BASE_CURRENCY)
    for field, words in (("low", _("from %(price)s")), ("high", _("up to %(price)s"))):
        limit = getattr(choice, field)
        if limit:
            price = format_money(Money(limit * unit, settings.BASE_CURRENCY))
            found.append(Chip(words % {"price": price}, choice.query(**{field: None})))
    if choice.words:
        # Without words nothing fits best; an order that was chosen stays.
        sort = browsing.NEWEST if choice.sort == browsing.FITTING else choice.sort
        words = _("“%(words)s”") % {"words": choice.words.text}
        found.append(Chip(words, choice.query(words=None, sort=sort)))
    return found


def sorts(choice: Choice) -> list[Sort]:
    """Return the orders that there are; the best match first only where words were typed."""
    found: list[tuple[str, Any]] = [(browsing.FITTING, _("Best match"))] if choice.words else []
    found += [(code, words) for code, (words, _order) in browsing.SORTS.items()]
    # The usual one goes without saying: who types words into the same form gets the best first.
    usual = found[0][0]
    return [
        Sort("" if code == usual else code, words, code == choice.sort) for code, words in found
    ]
