"""The buyer's page of a return: keeps what was typed, acts once, shows how it stands."""

import html
import re

import pytest
from django.utils import timezone

from marketplace import return_requests
from marketplace.models import ReturnRequest, Unit
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.returns import arrived, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def order(now):
    return arrived(now=now)


def address(order) -> str:
    return f"/en/orders/{order.token}/return/"


def words(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def ids(order) -> list[int]:
    return [unit.pk for unit in Unit.objects.of(order)]


def test_a_buyer_asks_for_one_of_two_and_sees_how_it_stands(client, order):
    assert address(order) in words(client.get(order.get_absolute_url()))
    assert words(client.get(address(order))).count('type="checkbox"') == 2
    given = {"units": ids(order)[:1], "reason": "size", "words": "Too small 🧣", "key": "k"}
    for _ in range(2):
        done = client.post(address(order), given)
        assert done.headers["Location"] == order.get_absolute_url()
    request = ReturnRequest.objects.get()
    assert (request.reason, request.words) == ("size", "Too small 🧣")
    page = words(client.get(order.get_absolute_url()))
    assert "Asked: we answer by mail" in page
    return_requests.agree(request_id=request.pk, words="Thanks!", actor=None, now=timezone.now())
    page = words(client.get(order.get_absolute_url()))
    assert "Agreed: send it to us" in page
    assert "Thanks!" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "x"},
        {"units": []},
        {"units": ["999999999"]},
        {"words": "x" * 501},
    ],
)
def test_a_mistake_is_told_keeps_what_was_typed_and_writes_nothing(client, order, wrong):
    given = {"units": ids(order)[:1], "reason": "size", "words": "Typed", "key": "k", **wrong}
    answer = client.post(address(order), given)
    assert answer.status_code == 422
    assert given["words"] in words(answer)
    assert not ReturnRequest.objects.exists()


def test_a_wish_is_taken_back_by_a_button_and_only_by_its_own_page(client, order, now):
    request, other = asked(order, now=now), arrived(now=now)
    assert client.post(f"{address(other)}{request.pk}/").status_code == 404
    assert client.get(f"{address(order)}{request.pk}/").status_code == 405
    for _ in range(2):
        done = client.post(f"{address(order)}{request.pk}/")
        assert done.headers["Location"] == order.get_absolute_url()
    assert "You withdrew it" in words(client.get(order.get_absolute_url()))


def test_what_cannot_come_back_is_said(client, now):
    order = pay(order_of({on_shelf(consigned=1, now=now): 1}, now=now), now=now)
    assert address(order) not in words(client.get(order.get_absolute_url()))
    assert "Nothing can be sent back here" in words(client.get(address(order)))
    answer = client.post(address(order), {"units": ids(order), "reason": "size", "key": "k"})
    assert answer.status_code == 422


def test_a_guess_finds_nothing_and_nobody_stores_the_page(client, order):
    assert client.get("/en/orders/guess/return/").status_code == 404
    assert "no-store" in client.get(address(order))["Cache-Control"]


@pytest.mark.parametrize("key", ["\0", "a\0b", "k" * 33, ""])
def test_a_key_of_another_make_is_refused_and_what_was_typed_stays(client, order, key):
    given = {"units": ids(order)[:1], "reason": "size", "words": "Too small 🧣", "key": key}
    answer = client.post(address(order), given)
    assert answer.status_code == 422
    assert "Too small 🧣" in words(answer)
    assert not ReturnRequest.objects.exists()
