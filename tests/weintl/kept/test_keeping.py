"""Pages are kept until their content changes, in whichever process and by whoever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from awareness.models import Page
from tests.factories.awareness import PageFactory, SectionFactory
from tests.plugins.processes import PATIENCE
from weintl.kept import keeping, tasks
from weintl.kept.models import ContentChange
from weintl.organisation.models import Organisation
from weintl.web import PUBLIC

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/en/understand/a/"


@pytest.fixture
def page() -> Page:
    page = PageFactory(path_en="understand/a/", title_en="Before")
    SectionFactory(page=page)
    return page


def text(client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def statements(client, path: str = PATH) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        text(client, path)
    return [row["sql"] for row in caught.captured_queries]


def test_a_page_is_made_once_and_then_takes_one_statement(client, page):
    first = client.get(PATH)
    assert len(statements(client)) == 1
    again = client.get(PATH)
    assert again.content == first.content
    for name in ("ETag", "Cache-Control", "Content-Security-Policy", "Content-Type"):
        assert again[name] == first[name]
    assert client.get(PATH, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_what_is_changed_is_shown_at_once(client, page):
    assert "Before" in text(client)
    page.title_en = "After"
    page.save()
    assert "After" in text(client)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE awareness_page SET title_en = 'By hand'")
    assert "By hand" in text(client)
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Another name"})
    assert "Another name" in text(client)
    Page.objects.filter(pk=page.pk).delete()
    assert client.get(PATH).status_code == 404


def test_a_change_that_is_taken_back_changes_nothing(client, page):
    text(client)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Page.objects.update(title_en="Never")
        raise ZeroDivisionError
    assert "Never" not in text(client)


def test_nothing_is_kept_of_a_transaction_that_has_not_ended(client, page):
    text(client)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Page.objects.update(title_en="Never")
        assert "Never" in text(client)
        raise ZeroDivisionError
    assert "Never" not in text(client)


def test_one_transaction_leaves_one_mark_and_writers_do_not_wait(page):
    ContentChange.objects.all().delete()
    other = PageFactory(path_en="understand/b/")
    ContentChange.objects.all().delete()

    def write() -> None:
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '2s'")
            Page.objects.filter(pk=other.pk).update(title_en="B")
        connection.close()

    with transaction.atomic():
        Page.objects.filter(pk=page.pk).update(title_en="A")
        Page.objects.filter(pk=page.pk).update(title_en="A again")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result(timeout=PATIENCE)
    assert ContentChange.objects.count() == 2


def test_a_change_begun_first_and_ended_last_is_seen(client, page):
    """The mark with the greatest number is not the last one to come."""
    other = PageFactory(path_en="understand/b/")

    def write() -> None:
        Page.objects.filter(pk=other.pk).update(title_en="Other")
        connection.close()

    def read() -> str:
        found = text(client)
        connection.close()
        return found

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Page.objects.filter(pk=page.pk).update(title_en="Ended last")
            pool.submit(write).result(timeout=PATIENCE)
            assert "Before" in pool.submit(read).result(timeout=PATIENCE)
        assert "Ended last" in pool.submit(read).result(timeout=PATIENCE)


def test_a_late_change_is_seen_also_when_an_old_mark_goes(client, page):
    ContentChange.objects.all().delete()
    ContentChange.objects.create(transaction=1)
    ContentChange.objects.create(transaction=2**40)
    text(client)
    ContentChange.objects.filter(transaction=1).delete()
    Page.objects.filter(pk=page.pk).update(title_en="Late")
    assert ContentChange.objects.count() == 2
    assert "Late" in text(client)


def test_an_address_with_a_query_is_kept_apart(client, page):
    asked = text(client, f"{PATH}?a=1")
    assert len(statements(client, f"{PATH}?a=1")) == 1
    assert text(client, f"{PATH}?a=1") == asked
    assert len(statements(client, f"{PATH}?a=2")) > 1
    page.title_en = "After"
    page.save()
    assert "After" in text(client, f"{PATH}?a=1")


def test_what_strangers_ask_for_pushes_out_no_page_and_fills_no_memory(client, page, monkeypatch):
    room = keeping.Shelf(room=2)
    monkeypatch.setattr(keeping, "asked_shelf", room)
    text(client)
    for number in range(5):
        text(client, f"{PATH}?a={number}")
    assert len(statements(client)) == 1
    assert len(room) == 2
    long = f"{PATH}?a={'1' * keeping.LONGEST_QUERY}"
    text(client, long)
    assert len(statements(client, long)) > 1


def test_a_page_that_ages_is_made_anew(client, page, monkeypatch):
    text(client)
    monkeypatch.setattr(keeping.time, "monotonic", lambda: 10**9)
    assert len(statements(client)) > 1


def test_faults_and_redirections_are_not_kept(client, page):
    assert client.get("/en/understand/none/").status_code == 404
    PageFactory(path_en="understand/none/")
    assert client.get("/en/understand/none/").status_code == 200


def test_the_shelf_lets_go_of_what_is_asked_for_least():
    shelf = keeping.Shelf(room=2)
    state = (1, 1)
    for path in ("/a/", "/b/"):
        shelf.put(path, HttpResponse(path), state=state)
    assert shelf.get("/a/", state=state)
    shelf.put("/c/", HttpResponse("c"), state=state)
    assert shelf.get("/b/", state=state) is None
    assert shelf.get("/a/", state=state)
    assert shelf.get("/a/", state=(2, 2)) is None


def test_each_answer_is_one_of_its_own():
    @keeping.kept_page
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("text")

    ask = RequestFactory().get
    first = view(ask("/own/"))
    first["X-Own"] = "1"
    second = view(ask("/own/"))
    second.set_cookie("a", "b")
    third = view(ask("/own/"))
    assert not third.has_header("X-Own")
    assert not third.cookies


@pytest.mark.parametrize("is_filled_in", [False, True])
def test_the_organisation_comes_along_as_its_own_query_reads_it(client, page, is_filled_in):
    if is_filled_in:
        Organisation.objects.create(pk=1, name="Weavers", mission_es="Misión", legal_name="W.")
    shown = client.get(PATH).context["organisation"]
    for field in Organisation._meta.concrete_fields:
        assert getattr(shown, field.attname) == getattr(Organisation.current(), field.attname)


def test_old_marks_are_forgotten(page):
    ContentChange.objects.update(at="2020-01-01T00:00Z")
    Page.objects.update(title_en="New")
    assert tasks.forget_changes() > 0
    assert ContentChange.objects.count() == 1


def test_parts_are_made_once_a_state_and_leave_when_there_is_no_room():
    asked: list[list[str]] = []

    def make(missing: list[str]) -> dict[str, str]:
        asked.append(missing)
        return {key: key.upper() for key in missing if key != "none"}

    parts = keeping.Parts[str, str](room=2)
    assert parts.get(["a", "none"], make, state=(1, 1)) == {"a": "A"}
    assert parts.get(["a", "b"], make, state=(1, 1)) == {"a": "A", "b": "B"}
    assert parts.get(["a"], make, state=(2, 2)) == {"a": "A"}
    # "b" was made first now.
    parts.get(["c"], make, state=(2, 2))
    parts.get(["a", "b"], make, state=(2, 2))
    assert asked == [["a", "none"], ["b"], ["a"], ["c"], ["b"]]
    assert len(parts) == 2
    assert parts.get(["a"], make, state=None) == {"a": "A"}
    assert asked[-1] == ["a"]


def test_a_part_that_ages_is_made_anew(monkeypatch):
    parts = keeping.Parts[str, int](room=2)
    made = iter(range(9))
    value = lambda: parts.get(["a"], lambda _missing: {"a": next(made)}, state=(1, 1))["a"]  # noqa: E731
    assert [value(), value()] == [0, 0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: 10**9)
    assert value() == 1


def test_a_page_of_an_old_part_is_no_older_than_browsers_may_have_it(monkeypatch):
    """A consent ends by the day alone, and its picture is on a card that is on a page."""
    shelf, parts, now, oldest = keeping.Shelf(), keeping.Parts[str, int](room=1), 0, 0
    monkeypatch.setattr(keeping.time, "monotonic", lambda: now)
    for now in range(300):
        # Others ask for the part too, all the time.
        made = parts.get(["card"], lambda _missing: {"card": now}, state=(1, 1))["card"]  # noqa: B023
        page = shelf.get("/", state=(1, 1))
        if page is None:
            shelf.put("/", HttpResponse(str(made)), state=(1, 1))
        else:
            oldest = max(oldest, now - int(page.content))
    assert 0 < oldest <= int(PUBLIC.rpartition("=")[2])
