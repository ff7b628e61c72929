"""Load the seed's pages.

A page that is there already is never touched, also where staff have taken it off the site.
One that staff have deleted stays deleted: its history says that it was here.
"""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from awareness.models import Page, Section
from awareness.models.pages import OWN_VIEWS
from weintl.media import pictures
from weintl.media.models import Picture

from .manuscript import ELSEWHERE, LANGUAGES, Manuscript, read_all, to_html

PICTURES = Path(__file__).parent / "pictures"
ALT = {
    "home": (
        "A cotton scarf in indigo and white, folded over itself, with a fringe",
        "Una bufanda de algodón en índigo y blanco, doblada, con flecos",
    ),
}


def load(*, now: datetime) -> None:
    """Add the pages that are missing, in both languages, published at `now`."""
    manuscripts = read_all()
    addresses = {language: _addresses(manuscripts, language) for language in LANGUAGES}
    have = dict(Page.objects.values_list("key", "pk"))
    once = set(Page.history.values_list("key", flat=True))  # type: ignore[attr-defined]
    for key, both in sorted(manuscripts.items(), key=lambda item: _depth(item[1]["en"])):
        if key in have or key in once:
            continue
        with transaction.atomic():
            have[key] = _add(both, parents=have, addresses=addresses, now=now).pk


def _depth(manuscript: Manuscript) -> tuple[bool, str]:
    """Sort parents before their children: there are two levels."""
    return bool(manuscript.head.get("parent")), manuscript.key


def _addresses(manuscripts: dict[str, dict[str, Manuscript]], language: str) -> dict[str, str]:
    words = dict(ELSEWHERE)
    for key, both in manuscripts.items():
        words[key] = OWN_VIEWS.get(key, both[language].head.get("path", ""))
    return {key: f"/{language}/{path}" for key, path in words.items()}


def _add(
    both: dict[str, Manuscript],
    *,
    parents: dict[str, int],
    addresses: dict[str, dict[str, str]],
    now: datetime,
) -> Page:
    english = both["en"]
    head = english.head
    page = Page(
        key=english.key,
        kind=head["kind"],
        # A parent that staff have deleted leaves its new children at the top.
        parent_id=parents.get(head.get("parent", "")),
        position=int(head["position"]),
        pillar=head.get("pillar", ""),
        picture=_picture(english.key, now=now),
        is_indexed=head.get("indexed", "yes") == "yes",
        state=Page.State.PUBLISHED,
        published_at=now,
        reviewed_on=date.fromisoformat(head["reviewed"]),
    )
    for language, manuscript in both.items():
        words = manuscript.head
        setattr(page, f"path_{language}", OWN_VIEWS.get(page.key, words.get("path", "")))
        setattr(page, f"title_{language}", words["title"])
        setattr(page, f"lede_{language}", words["lede"])
        setattr(page, f"description_{language}", words.get("description", ""))
        setattr(page, f"content_note_{language}", words.get("note", ""))
    page.full_clean(exclude=["picture", "parent"])
    page.save()
    for position, (en, es) in enumerate(zip(english.chapters, both["es"].chapters, strict=True)):
        section = Section(
            page=page,
            position=position,
            anchor=en.anchor,
            seed_refs=list(en.seed_refs),
            heading_en=en.heading,
            heading_es=es.heading,
            body_en=to_html(en.text, addresses=addresses["en"]),
            body_es=to_html(es.text, addresses=addresses["es"]),
        )
        section.full_clean()
        section.save()
    return page


def _picture(key: str, *, now: datetime) -> Picture | None:
    file = PICTURES / f"{key}.webp"
    if not file.exists():
        return None
    alt_en, alt_es = ALT[key]
    return pictures.store(
        key=f"page-{key}", data=file.read_bytes(), alt_en=alt_en, alt_es=alt_es, now=now
    )
