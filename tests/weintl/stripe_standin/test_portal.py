"""The portal: a new card for all that renews, or the end of one subscription."""

import urllib.error
import urllib.parse
import urllib.request

import pytest
import stripe

BACK = "http://localhost/giving/mine/"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def visit(url, **form):
    """Return (status, Location, text) of a visit; with `form` it is sent."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.build_opener(_Stay).open(
            urllib.request.Request(url, data=data), timeout=10
        ) as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", ""), error.read().decode()


@pytest.fixture
def sub(client, standin):
    price = {
        "currency": "usd",
        "unit_amount": 2500,
        "product_data": {"name": "Gift"},
        "recurring": {"interval": "month"},
    }
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "http://localhost/",
            "customer_email": "donor@example.org",
        }
    )
    standin.pay(session.id)
    session = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.subscriptions.retrieve(session.subscription)


def opened(client, sub, kind, **more):
    after = {"type": "redirect", "redirect": {"return_url": BACK}}
    flow = {"type": kind, "after_completion": after, **more}
    return client.v1.billing_portal.sessions.create(
        {"customer": sub.customer, "return_url": BACK, "flow_data": flow, "locale": "es"}
    )


def test_a_new_card_is_the_customers_and_the_subscription_keeps_its_own(client, sub):
    page = opened(client, sub, "payment_method_update")
    status, _where, text = visit(page.url)
    assert status == 200
    assert '<html lang="es">' in text
    assert "25,00" in text
    status, where, _text = visit(page.url, action="card", card="5555 5555 5555 4444")
    assert (status, where) == (303, BACK)
    customer = client.v1.customers.retrieve(sub.customer)
    kept = customer.invoice_settings.default_payment_method
    assert client.v1.payment_methods.retrieve(kept).card.last4 == "4444"
    known = client.v1.subscriptions.retrieve(sub.id)
    assert known.default_payment_method == sub.default_payment_method != kept


def test_without_a_way_back_an_errand_ends_in_the_portal(client, sub):
    page = opened(
        client, sub, "payment_method_update", after_completion={"type": "portal_homepage"}
    )
    status, _where, text = visit(page.url, action="card", card="5555555555554444")
    assert status == 200
    assert f'href="{BACK}"' in text


def test_a_refused_card_is_told_and_changes_nothing(client, sub):
    page = opened(client, sub, "payment_method_update")
    status, _where, text = visit(page.url, action="card", card="4000000000009995")
    assert status == 200
    assert 'role="alert"' in text
    known = client.v1.subscriptions.retrieve(sub.id)
    assert known.default_payment_method == sub.default_payment_method


def test_a_subscription_is_ended_by_a_press_alone(client, sub):
    page = opened(client, sub, "subscription_cancel", subscription_cancel={"subscription": sub.id})
    visit(page.url)
    assert client.v1.subscriptions.retrieve(sub.id).status == "active"
    for _ in range(2):
        assert visit(page.url, action="end")[0] == 303
    assert client.v1.subscriptions.retrieve(sub.id).status == "canceled"


def test_a_page_is_open_for_five_minutes(client, standin, sub):
    page = opened(client, sub, "payment_method_update")
    standin.clock(advance=301)
    assert visit(page.url)[0] == 410
    assert visit(page.url + "x")[0] == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": "cus_none"},
        {"return_url": "javascript:alert(1)"},
        {
            "flow_data": {
                "type": "subscription_update",
                "subscription_update": {"subscription": "x"},
            }
        },
        {"configuration": "bpc_1"},
        {
            "flow_data": {
                "type": "payment_method_update",
                "after_completion": {"type": "hosted_confirmation"},
            }
        },
    ],
)
def test_what_is_wrong_or_not_imitated_is_refused(client, sub, changes):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.billing_portal.sessions.create(
            {"customer": sub.customer, "return_url": BACK, **changes}
        )
