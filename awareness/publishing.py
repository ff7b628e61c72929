"""How a page comes before readers: review, publication, changes to what is public, previews.

A public page is changed through a proposal: a copy that readers do not see, until somebody
with the right to publish puts it in the place of the page.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import versions
from .models import Page, Section

STATE = Page.State
SALT = "awareness.preview"
PREVIEW_FOR = timedelta(days=7)
# What makes a row this row and no other, and how it stands before readers.
OWN = {"id", "key", "state", "published_at", "unpublish_at", "replaces"}


class NotPublishable(Exception):
    """Something is missing; `message` says what, to editors."""

    def __init__(self, message: str) -> None:
        """Keep the words."""
        super().__init__(message)
        self.message = message


def publish(*, page: Page, now: datetime) -> Page:
    """Make a page public, from its own time on if it has one. Raises NotPublishable.

    A page that is to be public again after its end begins now.
    """
    with transaction.atomic():
        page = Page.objects.select_for_update(no_key=True).get(pk=page.pk)
        if page.replaces_id is not None:
            raise NotPublishable(_("This is a proposal: put it in the place of its page."))
        _refuse_incomplete(page)
        if page.unpublish_at is not None and page.unpublish_at <= now:
            page.unpublish_at, page.published_at = None, now
        page.published_at = page.published_at or now
        page.state = STATE.PUBLISHED
        page.save()
    return page


def withdraw(*, page: Page) -> Page:
    """Take a page off the site and keep it in the archive."""
    page.state = STATE.ARCHIVED
    page.save()
    return page


def _refuse_incomplete(page: Page) -> None:
    if page.kind != Page.Kind.OWN and not page.path_en:  # type: ignore[attr-defined]
        raise NotPublishable(_("The page has no address yet."))
    if page.kind != Page.Kind.OWN and not page.sections.exists():
        raise NotPublishable(_("The page has no text yet."))


def propose(*, page: Page) -> Page:
    """Return the proposal for a page, made as its copy where there is none yet."""
    with transaction.atomic():
        page = Page.objects.select_for_update(no_key=True).get(pk=page.pk)
        kept = Page.objects.filter(replaces=page).first()
        if kept is not None:
            return kept
        proposal = Page(
            key=f"{page.key[:50]}-proposal", state=STATE.DRAFT, replaces=page, **_words(page)
        )
        # The address stays with the page that readers see.
        for language in ("en", "es"):
            setattr(proposal, f"path_{language}", "")
        proposal.save()
        _copy_sections(page, proposal)
    return proposal


def overtaken_by(proposal: Page) -> tuple[str, datetime | None, str]:
    """Return (mark, time, who) of the page's last change after the proposal was made.

    The mark is empty where there is none: then the proposal undoes nobody's work.
    """
    made = Page.history.filter(id=proposal.pk).earliest("history_date").history_date  # type: ignore[attr-defined]
    mark, at, who = versions.newest(proposal.replaces)  # type: ignore[arg-type]
    return (mark, at, who) if at is not None and at > made else ("", None, "")


def adopt(*, proposal: Page, now: datetime, seen: str = "") -> Page:
    """Put a proposal in the place of its page and return the page. Raises NotPublishable.

    Where the page has been changed since the proposal was made, `seen` is the mark of that
    change: whoever publishes knows that it goes.
    """
    with transaction.atomic():
        proposal = Page.objects.select_for_update(no_key=True).get(pk=proposal.pk)
        if proposal.replaces_id is None:
            raise NotPublishable(_("This page proposes nothing."))
        page = Page.objects.select_for_update(no_key=True).get(pk=proposal.replaces_id)
        mark, _at, _who = overtaken_by(proposal)
        if seen != mark:
            raise NotPublishable(
                _("The page was changed after this proposal was made. Look at that change first.")
            )
        for name, value in _words(proposal).items():
            if name not in {"path_en", "path_es"}:
                setattr(page, name, value)
        page.reviewed_on = now.date()
        # One by one, so that history keeps what they said.
        for section in page.sections.all():
            section.delete()
        _copy_sections(proposal, page)
        page.save()
        proposal.delete()
        return publish(page=page, now=now)


def _words(row: models.Model, *, without: frozenset[str] = frozenset()) -> dict[str, object]:
    """Return {attribute: value} of all that two copies have in common.

    The untranslated attributes are aliases of the active language's and left out.
    """
    aliases = {"path", "title", "lede", "description", "content_note", "heading", "body"}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in OWN | aliases | without
    }


def _copy_sections(source: Page, target: Page) -> None:
    for section in source.sections.order_by("position", "pk"):
        Section(page=target, **_words(section, without=frozenset({"page"}))).save()


def preview_path(page: Page, *, language: str) -> str:
    """Return an address under which anybody who has it can read the page for a week."""
    token = signing.dumps(page.pk, salt=SALT)
    with override(language):
        return reverse("awareness:preview", args=[token])


def read_preview(token: str) -> Page | None:
    """Return the page that a preview's address names; None once it has run out."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=PREVIEW_FOR)
    except signing.BadSignature:
        return None
    return Page.objects.for_display().filter(pk=pk).first()
