"""The Atom feed: pages as they become public, and figures as they change. Never stories."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import F, Window
from django.db.models.functions import Lag
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weintl.organisation.models import Organisation
from weintl.web import absolute

from .models import Page, Statistic

MOST = 30
# Somebody may read the feed where others look on.
DISCREET = ("help", "safety")


@dataclass(frozen=True)
class Entry:
    """One piece of news. `at` tells when it came, `updated` when its words last changed."""

    title: str
    text: str
    url: str
    key: str
    at: datetime
    updated: datetime


class News(Feed):
    """What is new in the language of the address, the newest first. Three statements."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer; the feed generator asks for the title twice, the database once."""
        self.organisation = Organisation.current()
        return super().__call__(request, *args, **kwargs)

    def title(self) -> str:
        """Return our name."""
        return self.organisation.name

    def subtitle(self) -> str:
        """Say what the feed holds."""
        return _("New pages, and figures that changed.")

    def link(self) -> str:
        """Return the address of the home page: a feed's address never names the asked host."""
        return absolute(reverse("awareness:home"))

    def feed_url(self) -> str:
        """Return the feed's own address."""
        return absolute(reverse("awareness:feed"))

    def author_name(self) -> str:
        """Return our name: Atom wants an author."""
        return self.organisation.name

    def items(self) -> list[Entry]:
        """Return the newest entries."""
        found = [*_pages(), *_changes()]
        return sorted(found, key=lambda entry: (entry.at, entry.key), reverse=True)[:MOST]

    def item_title(self, item: Any) -> str:
        """Return the entry's title."""
        return str(item.title)

    def item_description(self, item: Any) -> str:
        """Return the entry's words; the generator escapes them."""
        return str(item.text)

    def item_link(self, item: Entry) -> str:
        """Return the full address."""
        return item.url

    def item_guid(self, item: Entry) -> str:
        """Return what names the entry for ever."""
        return item.key

    def item_pubdate(self, item: Entry) -> datetime:
        """Return when it came."""
        return item.at

    def item_updateddate(self, item: Entry) -> datetime:
        """Return when its words last changed."""
        return item.updated


def _pages() -> Iterator[Entry]:
    rows = Page.objects.public(now=timezone.now()).filter(is_indexed=True)
    for page in rows.exclude(key__in=DISCREET).order_by("-published_at", "pk")[:MOST]:
        url = absolute(page.get_absolute_url())
        at = page.published_at or timezone.now()
        read = page.reviewed_on
        reviewed = datetime.combine(read, time(), tzinfo=UTC) if read else at
        yield Entry(page.title, page.lede, url, url, at, max(at, reviewed))


def _changes() -> Iterator[Entry]:
    """Yield each change of a public figure's value, from the history of edits.

    Only states that readers saw: what stood there before publishing was nobody's to read.
    """
    language = get_language() or "en"
    value, what = f"value_text_{language}", f"counts_what_{language}"
    before = Window(
        Lag(value), partition_by=[F("id")], order_by=[F("history_date"), F("history_id")]
    )
    history: Any = Statistic.history  # type: ignore[attr-defined]
    rows = (
        history.filter(id__in=Statistic.objects.public().order_by().values("pk"), is_public=True)
        .annotate(before=before)
        .filter(before__isnull=False)
        .exclude(before=F(value))
        .order_by("-history_date", "-history_id")
        .values("key", "history_id", "history_date", "before", value, what)[:MOST]
    )
    for row in rows:
        url = absolute(reverse("awareness:fact", args=[row["key"]]))
        text = _("Now %(value)s, before %(before)s.") % {
            "value": row[value],
            "before": row["before"],
        }
        at = row["history_date"]
        key = f"{url}#{row['history_id']}"
        yield Entry(_("Figure changed: %(what)s") % {"what": row[what]}, text, url, key, at, at)
