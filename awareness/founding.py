"""The founding text: word for word, where each paragraph went, and what became of its claims."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Page, Section, SeedClaim

FOLDER = Path(__file__).parent / "seed" / "text"
TEXT = FOLDER / "about.txt"
PARAGRAPHS = FOLDER / "paragraphs.json"
# Lines that the builder of the earlier site added; they are no words of the text.
FRAME = ("top of page", "bottom of page")
# Organisations that the text speaks of and that this site speaks of nowhere else.
LEFT_OUT = ("AFESIP",)
# What each paragraph that makes a claim is about.
TOPICS = {
    "P2": gettext_lazy("How many people"),
    "P3": gettext_lazy("Children"),
    "P4": gettext_lazy("Money"),
    "P5": gettext_lazy("Harm"),
    "P6": gettext_lazy("What governments do"),
    "P7": gettext_lazy("Regions"),
    "P8": gettext_lazy("Countries and routes"),
    "P9": gettext_lazy("United States"),
    "P10": gettext_lazy("Police"),
    "P11": gettext_lazy("Getting out"),
    "P12": gettext_lazy("Stigma"),
    "P16": gettext_lazy("Wages and prevention"),
    "P17": gettext_lazy("Standing in the community"),
    "P18": gettext_lazy("Risk"),
    "P19": gettext_lazy("What purchases pay for"),
}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it was published, and the public sections that take it up."""

    key: str
    text: str
    homes: list[Section]
    names_an_organisation: bool


@dataclass(frozen=True)
class Corrections:
    """The claims of one paragraph."""

    paragraph: str
    heading: str
    claims: list[SeedClaim]


@cache
def words() -> tuple[tuple[str, str], ...]:
    """Return (number, text) of each paragraph, in order and verbatim, from the stored file."""
    keys = {text: key for key, text in json.loads(PARAGRAPHS.read_text(encoding="utf-8")).items()}
    lines = (line.strip() for line in TEXT.read_text(encoding="utf-8").splitlines())
    return tuple((keys[line], line) for line in lines if line and line not in FRAME)


def paragraphs(*, now: datetime) -> list[Paragraph]:
    """Return the whole text, each paragraph with the sections that stand for it today."""
    taken = Section.objects.filter(
        page__in=Page.objects.public(now=now), seed_refs__len__gt=0
    ).select_related("page")
    homes: dict[str, list[Section]] = {}
    for section in taken.order_by("page__position", "page", "position", "pk"):
        for key in section.seed_refs:
            homes.setdefault(key, []).append(section)
    return [
        Paragraph(
            key=key,
            text=text,
            homes=homes.get(key, []),
            names_an_organisation=any(name in text for name in LEFT_OUT),
        )
        for key, text in words()
    ]


def without_names(wording: str) -> str:
    """Return `wording` with each organisation's name that stands in the archive only left out."""
    for name in LEFT_OUT:
        wording = wording.replace(name, f"[{_('name left out')}]")
    return wording


def corrections() -> list[Corrections]:
    """Return what became of each claim, by paragraph in the order of the text; one query."""
    claims: Iterable[SeedClaim] = SeedClaim.objects.for_display()
    return [
        Corrections(paragraph=key, heading=_heading(key), claims=list(group))
        for key, group in groupby(claims, key=lambda claim: claim.paragraph)
    ]


def _heading(key: str) -> str:
    topic = TOPICS.get(key)
    return f"{key}: {topic}" if topic else key
