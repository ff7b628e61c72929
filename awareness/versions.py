"""Earlier versions of a page: what it said at a time, how two times differ, and back again.

A page's words lie in two tables, each with its own history. A version is a moment at which
either changed; it holds the page and its sections as they were then.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from weintl.media.models import Picture

from .models import Page, Section
from .richtext import plain

# Page and sections are saved one after the other, in one act of one person.
ONE_ACT = timedelta(seconds=2)
PAGE_FIELDS = (
    "title_en", "title_es", "lede_en", "lede_es", "description_en", "description_es",
    "content_note_en", "content_note_es",
)  # fmt: skip
SECTION_FIELDS = ("heading_en", "heading_es", "body_en", "body_es")
STANDING = ("path_en", "path_es", "state", "published_at", "unpublish_at")


@dataclass(frozen=True)
class Version:
    """A moment, who acted, and the number of rows that changed."""

    at: datetime
    actor: str
    changes: int


@dataclass(frozen=True)
class Change:
    """One text before and after, as runs of (kind, words): "same", "gone", "new"."""

    label: str
    runs: Sequence[tuple[str, str]]


def versions_of(page: Page) -> list[Version]:
    """Return the versions, the newest first. Two statements."""
    rows = [
        *_history(Page).filter(id=page.pk).values_list("history_date", "history_user__email"),
        *_history(Section)
        .filter(page_id=page.pk)
        .values_list("history_date", "history_user__email"),
    ]
    found: list[Version] = []
    for at, actor in sorted(rows, key=lambda row: row[0]):
        last = found[-1] if found else None
        if last is not None and last.actor == (actor or "") and at - last.at <= ONE_ACT:
            found[-1] = Version(at, last.actor, last.changes + 1)
        else:
            found.append(Version(at, actor or "", 1))
    return found[::-1]


def newest(page: Page) -> tuple[str, datetime | None, str]:
    """Return (mark, time, who) of the last change; the mark is another after every change.

    Waits for whoever saves the page at this moment, so it is asked within a transaction.
    """
    Page.objects.select_for_update(no_key=True).filter(pk=page.pk).first()
    fields = ("history_id", "history_date", "history_user__email")
    rows = [
        _history(Page).filter(id=page.pk).order_by("-history_id").values_list(*fields).first(),
        _history(Section)
        .filter(page_id=page.pk)
        .order_by("-history_id")
        .values_list(*fields)
        .first(),
    ]
    mark = "-".join(str(row[0] if row else 0) for row in rows)
    known = [row for row in rows if row]
    if not known:
        return mark, None, ""
    _number, at, actor = max(known, key=lambda row: row[1])
    return mark, at, actor or ""


def _history(model: Any) -> Any:
    return model.history


def as_of(page: Page, *, at: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the page's and its sections' fields as they stood at `at`.

    Raises LookupError for a time before the page.
    """
    row = _history(Page).filter(id=page.pk, history_date__lte=at).order_by("-history_date").first()
    if row is None or row.history_type == "-":
        raise LookupError
    names = [field.attname for field in Page._meta.concrete_fields]
    fields = {name: getattr(row, name) for name in names}
    sections = [
        {field.attname: getattr(section, field.attname) for field in Section._meta.concrete_fields}
        for section in _history(Section).as_of(at).filter(page_id=page.pk)
    ]
    return fields, sorted(sections, key=lambda one: (one["position"], one["id"]))


def compare(page: Page, *, old: datetime, new: datetime) -> list[Change]:
    """Return what reads differently between two times."""
    before, after = _texts(page, at=old), _texts(page, at=new)
    labels = [*after, *(label for label in before if label not in after)]
    return [
        Change(label, _runs(before.get(label, ""), after.get(label, "")))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


def _texts(page: Page, *, at: datetime) -> dict[str, str]:
    fields, sections = as_of(page, at=at)
    texts = {_label(Page, name): _words(fields[name]) for name in (*PAGE_FIELDS, *STANDING)}
    for section in sections:
        for name in SECTION_FIELDS:
            label = f"{section['anchor']}: {_label(Section, name)}"
            texts[label] = plain(str(section[name] or "")).strip()
    return texts


def _words(value: Any) -> str:
    # A form keeps no fractions of a second: they are no change.
    return str(value.replace(microsecond=0) if isinstance(value, datetime) else value or "")


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def _runs(old: str, new: str) -> list[tuple[str, str]]:
    """Return the words of both texts in order; what is only in one is marked."""
    before, after = old.split(), new.split()
    runs: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            runs.append(("same", " ".join(before[a:b])))
            continue
        if b > a:
            runs.append(("gone", " ".join(before[a:b])))
        if d > c:
            runs.append(("new", " ".join(after[c:d])))
    return runs


def restore(page: Page, *, at: datetime) -> Page:
    """Give the page the words that it had at `at`; its address and its state stay.

    Raises LookupError for a time before the page, ValidationError where a rule of today
    refuses what was said then.
    """
    fields, sections = as_of(page, at=at)
    with transaction.atomic():
        page = Page.objects.select_for_update(no_key=True).get(pk=page.pk)
        if not Picture.objects.filter(pk=fields["picture_id"]).exists():
            # Deleted or withdrawn since.
            fields["picture_id"] = page.picture_id
        for name in (*PAGE_FIELDS, "reviewed_on", "picture_id", "is_indexed"):
            setattr(page, name, fields[name])
        page.full_clean(exclude=["parent"])
        page.save()
        kept = {one["id"] for one in sections}
        for section in page.sections.exclude(pk__in=kept):
            section.delete()
        # Anchors are unique within a page: free them before they are given back.
        for number, section in enumerate(page.sections.all()):
            Section.objects.filter(pk=section.pk).update(anchor=f"moving-{number}")
        for one in sections:
            section = Section(**one)
            section.full_clean(exclude=["page"], validate_unique=False, validate_constraints=False)
            section.save()
    return page
