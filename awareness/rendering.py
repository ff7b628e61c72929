"""From stored text to what a reader sees: tokens become figures with their source."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import figures
from .models import Page, Section, Statistic


@dataclass(frozen=True)
class Part:
    """A section as shown: safe HTML, and the language it is really in."""

    anchor: str
    heading: str
    html: SafeString
    language: str


@dataclass(frozen=True)
class Body:
    """A page's parts, and the figures that stand in its sentences, to be sourced below."""

    parts: list[Part]
    notes: list[Statistic]


def render(*, page: Page, today: date) -> Body:
    """Return the page's sections with their figures; one query if there is any figure."""
    sections = list(page.sections.all())
    named = figures.keys(*(section.body for section in sections))
    found = {}
    if named:
        shown = Statistic.objects.public().for_display(today=today).filter(key__in=named)
        found = {statistic.key: statistic for statistic in shown}
    large = {
        key for section in sections for key in figures.BLOCK.findall(section.body or "")
    } & found.keys()
    parts = [_part(section, found=found, large=large) for section in sections]
    notes = [found[key] for key in _in_order(sections) if key in found.keys() - large]
    return Body(parts=parts, notes=notes)


def _in_order(sections: Sequence[Section]) -> Iterable[str]:
    """Return each key once, in the order in which the text names it."""
    return dict.fromkeys(
        key for section in sections for key in figures.TOKEN.findall(section.body or "")
    )


def _part(section: Section, *, found: dict[str, Statistic], large: set[str]) -> Part:
    drawn: set[str] = set()

    def block(match: re.Match[str]) -> str:
        statistic = found.get(match[1])
        if statistic is None:
            return ""
        # An id may stand once on a page; the second time the figure has none.
        first = match[1] not in drawn
        drawn.add(match[1])
        return render_to_string(
            "awareness/_statistic.html",
            {
                "statistic": statistic,
                "anchor": f"stat-{statistic.key}" if first else "",
            },
        )

    def inline(match: re.Match[str]) -> str:
        statistic = found.get(match[1])
        if statistic is None:
            return _("(a figure under review)")
        kind = "stat" if statistic.key in large else "note"
        return format_html(
            '<a class="figure" href="#{}-{}">{}</a>', kind, statistic.key, statistic.value_text
        )

    html = figures.BLOCK.sub(block, section.body or "")
    html = figures.TOKEN.sub(inline, html)
    return Part(
        anchor=section.anchor,
        heading=section.heading,
        # Bodies are cleaned on every way into the database; see CleanHtmlField.
        html=mark_safe(html),  # noqa: S308
        language=(get_language() or "en") if section.is_translated else "en",
    )


def lead_figure(*, key: str, today: date) -> Statistic | None:
    """Return the one public figure with `key`, ready to show; None if there is none."""
    return Statistic.objects.public().for_display(today=today).filter(key=key).first()
