"""Finished pages, kept in the memory of a process until anything that pages show is changed.

Before each answer one small statement asks whether that has happened, in any process. It is asked
before a page is made, so what is kept is never older than its mark; and it brings the organisation
along, which every page names, so that a page that must be made takes no statement more.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.cache import set_response_etag

from weintl.organisation.models import Organisation
from weintl.web import public_page

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
View = Callable[..., HttpResponse]
# What changes by time alone, such as the end of a consent, is late by twice this at most: the last
# page may be made of a part that is as old. Browsers and proxies may keep pages for as long as
# both together (`weintl.web.PUBLIC`).
LIFETIME_SECONDS = 30
ROOM = 512
# Searches, filters and further pages have room of their own: anybody can ask for any number of
# them, and those must not push out the pages that everybody reads.
ROOM_ASKED = 128
LONGEST_QUERY = 200
FIELDS = [field for field in Organisation._meta.concrete_fields if field.column]
# Inside a transaction that has written, no mark of others tells what that one sees.
STATE = f"""
SELECT marks.number, marks.total, pg_current_xact_id_if_assigned() IS NOT NULL,
       {", ".join(f"o.{field.column}" for field in FIELDS)}
  FROM (SELECT count(*) AS number, sum(transaction) AS total FROM kept_contentchange) AS marks
  LEFT JOIN {Organisation._meta.db_table} AS o ON o.id = 1
"""  # noqa: S608
# The greatest mark would not do beside the number: while old marks are forgotten, one may come
# of a transaction that began before the greatest.
State = tuple[int, Decimal | None]


@dataclass(frozen=True)
class Kept:
    """One finished page, and the state of the content before it was made."""

    state: State
    until: float
    headers: dict[str, str]
    content: bytes

    def answer(self) -> HttpResponse:
        """Return an answer of its own for one request: layers above add to its headers."""
        return HttpResponse(self.content, headers=self.headers)


class Shelf:
    """The pages of one process, those least asked for leaving first."""

    def __init__(self, room: int = ROOM) -> None:
        """Begin empty, with room for so many pages."""
        self.room = room
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many pages are kept."""
        return len(self._pages)

    def get(self, path: str, *, state: State) -> Kept | None:
        """Return the page of `path`, if the content is as it was and it is not too old."""
        with self._lock:
            kept = self._pages.get(path)
            if kept is None or kept.state != state or kept.until < time.monotonic():
                return None
            self._pages.move_to_end(path)
            return kept

    def put(self, path: str, response: HttpResponse, *, state: State) -> None:
        """Keep what was just made for `path`."""
        set_response_etag(response)
        until = time.monotonic() + LIFETIME_SECONDS
        kept = Kept(state, until, dict(response.headers), response.content)
        with self._lock:
            self._pages[path] = kept
            self._pages.move_to_end(path)
            while len(self._pages) > self.room:
                self._pages.popitem(last=False)


shelf = Shelf()
asked_shelf = Shelf(ROOM_ASKED)


def _place(request: HttpRequest) -> tuple[Shelf | None, str]:
    """Return the shelf that may keep this address, and its name there."""
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return shelf, request.path
    return asked_shelf if len(query) <= LONGEST_QUERY else None, f"{request.path}?{query}"


def content_state() -> tuple[State | None, Sequence[Any]]:
    """Return the mark of all content, None in a transaction that has written, and ourselves.

    Ourselves as the values of `FIELDS`, all None before anybody filled them in.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        number, total, is_writing, *ourselves = cursor.fetchone()
    return None if is_writing else (number, total), ourselves


class Remembered(Generic[T]):
    """What was made of watched tables, one value a key, until anything is changed."""

    def __init__(self) -> None:
        """Begin empty."""
        self._values: dict[str, tuple[State, T]] = {}

    def get(self, key: str, make: Callable[[], T], *, state: State | None) -> T:
        """Return the value made at this state of the content, or make it. None keeps nothing.

        `state` is the request's `content_state`, which was asked for before anything was read.
        """
        known = self._values.get(key)
        if state is not None and known is not None and known[0] == state:
            return known[1]
        value = make()
        if state is not None:
            self._values[key] = state, value
        return value


class Parts(Generic[K, T]):
    """Parts of pages, such as cards, one value a key, as long as pages are kept.

    For what can be asked for in any number of ways: the pages are new each time, their parts are
    not. What was made first leaves first, and is made again if it is still asked for.
    """

    def __init__(self, room: int) -> None:
        """Begin empty, with room for so many parts."""
        self.room = room
        self._parts: OrderedDict[K, tuple[State, float, T]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many parts are kept."""
        return len(self._parts)

    def get(
        self, keys: Sequence[K], make: Callable[[list[K]], Mapping[K, T]], *, state: State | None
    ) -> dict[K, T]:
        """Return the parts of `keys`, made at this state of the content; `make` those not kept.

        What `make` leaves out is left out. `state` is the request's `content_state`, which was
        asked for before anything was read; None keeps nothing.
        """
        if state is None:
            return dict(make(list(keys)))
        now = time.monotonic()
        with self._lock:
            rows = [(key, self._parts.get(key)) for key in keys]
        found = {key: row[2] for key, row in rows if row and row[0] == state and row[1] > now}
        missing = [key for key in keys if key not in found]
        if missing:
            made = make(missing)
            found |= made
            with self._lock:
                for key, part in made.items():
                    self._parts[key] = state, now + LIFETIME_SECONDS, part
                    self._parts.move_to_end(key)
                while len(self._parts) > self.room:
                    self._parts.popitem(last=False)
        return found


def _organisation(ourselves: Sequence[Any]) -> Organisation:
    if ourselves[0] is None:
        return Organisation.unfilled()
    names = [field.attname for field in FIELDS]
    return Organisation.from_db(connection.alias, names, ourselves)


def kept_page(view: View) -> View:
    """Mark a page that is the same for everybody, and answer from memory until it changes.

    It must be a function of its address and of watched tables (`weintl.kept.watching`): a test
    reads the statements of every such page. Addresses with a query are kept apart and fewer; what
    their pages are made of may be kept too, by `Remembered`.
    """
    view = public_page(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        state, ourselves = content_state()
        place, name = _place(request)
        if state and place is not None and (kept := place.get(name, state=state)) is not None:
            return kept.answer()
        vars(request)["organisation"] = _organisation(ourselves)
        vars(request)["content_state"] = state
        response = view(request, *args, **kwargs)
        if state and place is not None and response.status_code == 200:
            place.put(name, response, state=state)
        return response

    return wrapped
