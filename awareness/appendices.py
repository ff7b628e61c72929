"""What some pages show below their own text, taken from records and not from prose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from partners.models.uses import Pillar

from . import founding, places
from .models import Page


@dataclass(frozen=True)
class Appendix:
    """A template, what it needs, and {anchor: heading} for the page's list of contents."""

    template: str
    contents: dict[str, str]
    context: dict[str, Any] = field(default_factory=dict)


def _original(now: datetime, kin: Sequence[Page]) -> Appendix:
    return Appendix(
        "awareness/_original.html",
        {"text": _("The text, word for word")},
        {"paragraphs": founding.paragraphs(now=now)},
    )


def _changes(now: datetime, kin: Sequence[Page]) -> Appendix:
    found = founding.corrections()
    return Appendix(
        "awareness/_changes.html",
        {row.paragraph: row.heading for row in found},
        {
            "corrections": found,
            "archive": next((page for page in kin if page.key == "original-text"), None),
        },
    )


def _countries(now: datetime, kin: Sequence[Page]) -> Appendix:
    regions = places.regions()
    return Appendix(
        "awareness/_countries.html",
        {region.key: region.name for region in regions},
        {"regions": regions},
    )


BY_KEY: dict[str, Callable[[datetime, Sequence[Page]], Appendix]] = {
    "countries": _countries,
    "original-text": _original,
    "what-we-changed": _changes,
}


def of(page: Page, *, kin: Sequence[Page], now: datetime) -> Appendix | None:
    """Return what `page` shows below its text; None for most pages.

    `kin` are the pages beside it.
    """
    build = BY_KEY.get(page.key)
    if build is not None:
        return build(now, kin)
    if page.pillar:
        heading = _("Programmes: %(pillar)s") % {"pillar": Pillar(page.pillar).label}
        return Appendix(
            "awareness/_programmes.html", {"programmes": heading}, {"pillar": page.pillar}
        )
    return None
