import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.plugins.processes import PATIENCE


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def browse(url: str, form: dict | None = None, language: str = "en"):
    """Return (status, headers, text) without following redirects."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, data=data, headers={"Accept-Language": language})
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=PATIENCE) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def test_the_page_shows_amount_lines_and_that_no_money_moves(session):
    status, headers, text = browse(session.url)
    assert status == 200
    assert "USD 25.00" in text
    assert "Indigo shawl" in text
    assert "Test stand-in, no real money" in text
    assert 'value="4242 4242 4242 4242"' in text
    assert 'lang="en"' in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in text
    assert " style=" not in text


@pytest.mark.parametrize(
    ("locale", "browser", "expected"),
    [
        ("es", "en", "es"),
        ("auto", "es-GT,en;q=0.5", "es"),
        ("auto", "fr,de", "en"),
        ("en", "es", "en"),
    ],
)
def test_the_page_speaks_the_sessions_language(client, params, locale, browser, expected):
    made = client.v1.checkout.sessions.create(params(locale=locale))
    assert f'lang="{expected}"' in browse(made.url, language=browser)[2]


def test_paying_leads_to_the_success_page(client, session):
    status, headers, _ = browse(session.url, {"action": "pay", "card": "4242 4242 4242 4242"})
    assert status == 303
    assert headers["Location"] == f"http://shop.example/thanks?session={session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    # A second click finds the payment done and leads to the same place.
    status, again, _ = browse(session.url, {"action": "pay", "card": "4242424242424242"})
    assert (status, again["Location"]) == (303, headers["Location"])
    assert len(client.v1.charges.list({}).data) == 1


def test_a_declined_card_is_told_and_the_page_stays_open(client, params):
    made = client.v1.checkout.sessions.create(params(locale="es"))
    status, _, text = browse(made.url, {"action": "pay", "card": "4000000000009995"})
    assert status == 200
    assert 'role="alert"' in text
    assert "fondos suficientes" in text
    assert client.v1.checkout.sessions.retrieve(made.id).status == "open"


def test_a_second_step_is_confirmed_or_refused_at_the_bank(client, session):
    status, headers, _ = browse(session.url, {"action": "pay", "card": "4000002760003184"})
    bank = f"{session.url}/confirm"
    assert (status, headers["Location"]) == (303, bank)
    assert "Your bank asks" in browse(bank)[2]
    refused = browse(bank, {"action": "refuse"})[2]
    assert 'role="alert"' in refused
    # Shown at the bank's address, its form leads back to the pay page for another try.
    assert f'action="{urllib.parse.urlsplit(session.url).path}"' in refused
    browse(session.url, {"action": "pay", "card": "4000002760003184"})
    assert browse(bank, {"action": "confirm"})[0] == 303
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_cancelling_goes_back_and_leaves_the_page_open(client, session):
    status, headers, _ = browse(session.url, {"action": "cancel"})
    assert (status, headers["Location"]) == (303, "http://shop.example/cart/")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize("action", ["debit_ok", "debit_fails"])
def test_a_bank_debit_is_on_its_way(client, session, action):
    assert browse(session.url, {"action": action})[0] == 303
    after = client.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert "on its way" in browse(session.url)[2]


def test_an_expired_or_unknown_page_says_so(client, standin, session):
    client.v1.checkout.sessions.expire(session.id)
    status, _, text = browse(session.url)
    assert status == 410
    assert "expired" in text
    assert browse(f"{standin.url}/pay/cs_test_none")[0] == 404
    assert browse(session.url, {"action": "pay", "card": "4242424242424242"})[0] == 410


def test_an_address_is_asked_for_where_none_is_known(client, params):
    given = {key: value for key, value in params().items() if key != "customer_email"}
    made = client.v1.checkout.sessions.create(given)
    assert 'role="alert"' in browse(made.url, {"action": "pay", "card": "4242424242424242"})[2]
    form = {"action": "pay", "card": "4242424242424242", "email": "me@example.org"}
    assert browse(made.url, form)[0] == 303
    after = client.v1.checkout.sessions.retrieve(made.id)
    assert after.customer_details.email == "me@example.org"


def test_what_people_type_is_never_markup(client, params):
    line = {
        "price_data": {
            "currency": "usd",
            "unit_amount": 100,
            "product_data": {"name": "<b>Shawl</b>"},
        },
        "quantity": 1,
    }
    made = client.v1.checkout.sessions.create(params(line_items=[line]))
    form = {"action": "pay", "card": '"><script>alert(1)</script>', "name": "<i>x</i>"}
    text = browse(made.url, form)[2]
    assert "<b>" not in text
    assert "<script" not in text
    assert "<i>" not in text


def test_the_style_sheet_is_its_own(standin):
    status, headers, text = browse(f"{standin.url}/pay/style.css")
    assert (status, headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in text


def test_every_field_has_a_label(session):
    text = browse(session.url)[2]
    assert len(re.findall(r"<input ", text)) == len(re.findall(r"<label>[^<]+<input ", text))
