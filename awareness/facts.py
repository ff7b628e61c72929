"""The list of all figures: chosen by topic and verdict, counted, and as rows of an export."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weintl.web import absolute

from . import methods
from .models import Page, Statistic
from .models.facts import Verdict

_AS_STORED = (
    *("key", "topic", "counts_what", "value_text", "unit", "data_year", "published_on"),
    *("method_family", "statement", "caveat", "verdict", "seed_wording", "confidence"),
)
# A cell that begins so is a formula to a spreadsheet, wherever the words came from.
_FORMULA = re.compile(r"\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]")


class UnknownChoice(Exception):
    """The address asks for a topic or verdict that does not exist."""


@dataclass(frozen=True)
class Choice:
    """What a reader wants to see; an empty text stands for all."""

    topic: str = ""
    verdict: str = ""

    @property
    def query(self) -> str:
        """Return the choice as the end of an address, "" for all."""
        chosen = {"topic": self.topic, "verdict": self.verdict}
        words = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{words}" if words else ""

    def takes(self, figure: Statistic) -> bool:
        """Say whether `figure` is among what is chosen."""
        return self.topic in ("", figure.topic) and self.verdict in ("", figure.verdict)


@dataclass(frozen=True)
class Option:
    """One value of a filter, and how many figures it would show."""

    name: str
    count: int
    query: str
    is_current: bool


def choose(params: Mapping[str, str]) -> Choice:
    """Return the choice that an address states. Raises UnknownChoice."""
    choice = Choice(topic=params.get("topic", ""), verdict=params.get("verdict", ""))
    if choice.topic not in ("", *Statistic.Topic.values):
        raise UnknownChoice(choice.topic)
    if choice.verdict not in ("", *Verdict.values):
        raise UnknownChoice(choice.verdict)
    return choice


def topics(figures: Iterable[Statistic], *, choice: Choice) -> list[Option]:
    """Return the topics, each with the count it has under the chosen verdict; empty ones not."""
    rows = [row for row in figures if Choice(verdict=choice.verdict).takes(row)]
    found = [
        Option(
            str(topic.label),
            sum(row.topic == topic for row in rows),
            Choice(topic=topic.value, verdict=choice.verdict).query,
            choice.topic == topic,
        )
        for topic in Statistic.Topic
    ]
    every = Option(_("All"), len(rows), Choice(verdict=choice.verdict).query, not choice.topic)
    return [every, *(option for option in found if option.count or option.is_current)]


def verdicts(figures: Iterable[Statistic], *, choice: Choice) -> list[Option]:
    """Return the verdicts, each with the count it has under the chosen topic; empty ones not."""
    rows = [row for row in figures if Choice(topic=choice.topic).takes(row)]
    found = [
        Option(
            str(verdict.label),
            sum(row.verdict == verdict for row in rows),
            Choice(topic=choice.topic, verdict=verdict.value).query,
            choice.verdict == verdict,
        )
        for verdict in Verdict
    ]
    every = Option(_("All"), len(rows), Choice(topic=choice.topic).query, not choice.verdict)
    return [every, *(option for option in found if option.count or option.is_current)]


def by_topic(figures: Iterable[Statistic]) -> list[dict[str, Any]]:
    """Return [{key, name, rows}] in the order of the topics."""
    order = [topic.value for topic in Statistic.Topic]
    ordered = sorted(figures, key=lambda figure: order.index(figure.topic))
    return [
        {"key": key, "name": Statistic.Topic(key).label, "rows": list(rows)}
        for key, rows in groupby(ordered, key=lambda figure: figure.topic)
    ]


def columns() -> dict[str, str]:
    """Return {column: what it holds} of the exports. Columns are added, never renamed."""
    return {
        "key": _("name of the figure; never changes"),
        "topic": _("topic"),
        "counts_what": _("what is counted"),
        "value_text": _("the value as published"),
        "value_low": _("the value as a number, or its lower bound"),
        "value_high": _("upper bound; empty where there is none"),
        "unit": _("unit of the numbers, in English"),
        "geography": _("where; “world”, a region or codes of countries"),
        "data_year": _("year of the data"),
        "published_on": _("when the publisher printed it"),
        "method_family": _("figures of different families are not comparable"),
        "method": _("the method in words"),
        "statement": _("the figure in a sentence"),
        "caveat": _("what to know before quoting"),
        "part_of": _("key of the figure that this one is a part of"),
        "verdict": _("what became of the sentence of our earlier page"),
        "seed_wording": _("that sentence, if any, in English"),
        "confidence": _("“seen” in the publisher’s text, or “secondary”"),
        "checked_on": _("day of our last check"),
        "review_due": _("day of the next one"),
        "under_review": _("true once that day has passed"),
        "sources": _("publisher, title, year, address and place of each source"),
        "url": _("page of the figure"),
    }


def row_of(figure: Statistic) -> dict[str, Any]:
    """Return the export's row of a figure that came with `for_display`."""
    row: dict[str, Any] = {name: getattr(figure, name) or "" for name in _AS_STORED}
    row |= {
        "value_low": _number(figure.value_low),
        "value_high": _number(figure.value_high),
        "geography": figure.geography,
        "method": methods.in_words(figure.method_family),
        "part_of": figure.part_of.key if figure.part_of else "",
        "checked_on": figure.checked_on.isoformat(),
        "review_due": figure.review_due.isoformat(),
        "under_review": figure.under_review,  # type: ignore[attr-defined]
        "sources": [_source(cited) for cited in figure.cited],  # type: ignore[attr-defined]
        "url": absolute(figure.get_absolute_url()),
    }
    return {name: row[name] for name in columns()}


def used_in(figure: Statistic) -> list[Page]:
    """Return the pages whose text names the figure, in whatever language and state."""
    token = f"[[stat:{figure.key}]]"
    named = Q(sections__body_en__contains=token) | Q(sections__body_es__contains=token)
    return list(Page.objects.filter(named).distinct())


def as_json(figures: Iterable[Statistic]) -> dict[str, Any]:
    """Return what the JSON export holds: language, meaning of the columns, figures."""
    return {
        "language": get_language(),
        "columns": columns(),
        "figures": [row_of(figure) for figure in figures],
    }


def as_csv(figures: Iterable[Statistic]) -> str:
    """Return the figures as CSV: one line each, lists parted by " | ", no cell a formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(columns()), lineterminator="\r\n")
    writer.writeheader()
    for figure in figures:
        row = row_of(figure)
        row["under_review"] = str(row["under_review"]).lower()
        row["geography"] = " | ".join(row["geography"])
        row["sources"] = " | ".join(
            ", ".join(str(part) for part in source.values() if part) for source in row["sources"]
        )
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _source(cited: dict[str, Any]) -> dict[str, Any]:
    """Return a source; an address that nobody has opened is not passed on."""
    return {
        "publisher": cited["publisher"],
        "title": cited["title"],
        "year": cited["year"],
        "url": cited["url"] if cited["is_url_seen"] else "",
        "locator": cited["locator"],
    }
