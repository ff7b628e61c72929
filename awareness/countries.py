"""Helplines by country, as the help page shows them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import Helpline


@dataclass(frozen=True)
class Phone:
    """A number as it is read, as it is dialled, and what is to be known of it."""

    display: str
    dial: str
    note: str


@dataclass(frozen=True)
class Line:
    """A helpline with its numbers and languages in words; overdue ones say so."""

    helpline: Helpline
    phones: list[Phone]
    languages: str
    is_overdue: bool


@dataclass(frozen=True)
class Country:
    """A country, its emergency numbers and its lines."""

    code: str
    name: str
    emergency: list[str]
    lines: list[Line]


def with_lines(helplines: Iterable[Helpline], *, today: date) -> list[Country]:
    """Return the countries of `helplines` in the alphabet of the active language."""
    by_code: dict[str, list[Helpline]] = {}
    for helpline in helplines:
        by_code.setdefault(helpline.country, []).append(helpline)
    found = [
        Country(
            code=code.lower(),
            name=lines[0].country_name,
            emergency=list(dict.fromkeys(n for line in lines for n in line.emergency_numbers)),
            lines=[
                Line(
                    helpline=line,
                    phones=_phones(line),
                    languages=spoken(line.languages),
                    is_overdue=line.is_overdue(today=today),
                )
                for line in lines
            ],
        )
        for code, lines in by_code.items()
    ]
    return sorted(found, key=lambda country: _alphabetical(country.name))


def _phones(helpline: Helpline) -> list[Phone]:
    language = get_language() or "en"
    return [
        Phone(
            display=phone["display"],
            dial=phone["dial"],
            note=phone.get(f"note_{language}") or phone.get("note_en", ""),
        )
        for phone in helpline.phones
    ]


def _alphabetical(name: str) -> str:
    """Return `name` without accents and case, so that México follows Irlanda."""
    parts = unicodedata.normalize("NFKD", name)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def spoken(languages: Iterable[str]) -> str:
    """Return language codes and the few set phrases as words of the active language."""
    phrases = {
        "200+ by interpreter": _("more than 200 through interpreters"),
        "some Indigenous languages": _("some Indigenous languages"),
        "18 foreign languages": _("18 more languages"),
        "sign language": _("sign language"),
        "interpreter": _("others through interpreters"),
        "multilingual staff": _("others, spoken by the staff"),
        "others": _("others"),
    }
    names = Locale.parse(get_language() or "en").languages
    return ", ".join(
        phrases.get(language) or names.get(language) or language for language in languages
    )
