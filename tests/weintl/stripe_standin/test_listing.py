import pytest
import stripe


@pytest.fixture
def made(client, params):
    return [client.v1.checkout.sessions.create(params()).id for _ in range(7)][::-1]


def test_lists_are_newest_first_and_come_in_pages(client, made):
    listed = client.v1.checkout.sessions.list
    first = listed({"limit": 3})
    assert ([one.id for one in first.data], first.has_more) == (made[:3], True)
    second = listed({"limit": 3, "starting_after": made[2]})
    assert [one.id for one in second.data] == made[3:6]
    last = listed({"limit": 3, "starting_after": made[5]})
    assert ([one.id for one in last.data], last.has_more) == (made[6:], False)
    assert [one.id for one in listed({"limit": 2}).auto_paging_iter()] == made


def test_pages_go_backwards_too(client, made):
    listed = client.v1.checkout.sessions.list
    page = listed({"limit": 2, "ending_before": made[4]})
    assert ([one.id for one in page.data], page.has_more) == (made[2:4], True)
    page = listed({"limit": 5, "ending_before": made[2]})
    assert ([one.id for one in page.data], page.has_more) == (made[:2], False)


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"starting_after": "cs_no"}, "starting_after"),
    ],
)
def test_pages_that_cannot_be_are_refused(client, given, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.list(given)
    assert caught.value.param == param


def test_ten_come_by_default(client, params):
    for _ in range(11):
        client.v1.checkout.sessions.create(params())
    assert len(client.v1.checkout.sessions.list().data) == 10
