"""Giving in another currency, and coming back unpaid: nothing that was typed is lost."""

import html
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from donations import fees, guard
from donations.models import Gift
from tests.factories.donations import CampaignFactory, DonorFactory, FundFactory, SuggestionFactory
from weintl.money import Money
from weintl.organisation.models import Organisation
from weintl.payments import client as provider

from .test_giving import GIVE, key_on, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund():
    return FundFactory(key="education")


@pytest.fixture
def abroad(fund):
    """Take gifts in euros, pesos and yen as well."""
    ours = Organisation.unfilled()
    ours.gift_currencies = ["eur", "mxn", "jpy", "usd"]
    ours.save()
    for currency, amounts in {"usd": (40, 80), "eur": (40, 80), "mxn": (800, 1600)}.items():
        for units in amounts:
            SuggestionFactory(currency=currency, amount=units * 100)
    return ours


def chosen(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"[^>]*checked', html)[1]


def test_one_currency_asks_for_none(client, fund):
    assert 'name="show"' not in client.get(GIVE).content.decode()


def test_the_page_offers_what_staff_chose_once_each_and_shows_one(client, abroad):
    html = client.get(f"{GIVE}?currency_shown=jpy").content.decode()
    assert re.findall(r'name="show" value="(\w+)"', html) == ["usd", "eur", "mxn"]
    assert 'name="currency_shown" value="jpy"' in html
    assert "¥4,000" in html
    assert 'MXN<span class="vh">, Mexican Peso</span>' in html
    spanish = client.get("/es/give/").content.decode()
    assert 'MXN<span class="vh">, Peso mexicano</span>' in spanish


def test_another_currency_keeps_what_was_typed_and_takes_nothing(client, abroad):
    typed = {
        "show": "mxn",
        "own_amount": "900",
        "is_fee_covered": "on",
        "note": "For <b>books</b>",
        "tribute_kind": "memory",
        "honoured_name": "Rosa",
        "currency_shown": "usd",
    }
    answer = send(client, **typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert not Gift.objects.exists()
    for kept in ('value="900"', 'value="ana@example.org"', "For &lt;b&gt;books", 'value="Rosa"'):
        assert kept in html
    assert chosen(html, "tribute_kind") == "memory"
    assert re.search(r'name="is_fee_covered"[^>]*checked', html)
    assert chosen(html, "choice") == "80000"
    assert "errorlist" not in html
    assert "Error:" not in html


@pytest.mark.parametrize(
    ("currency", "typed", "cents"),
    [("eur", "40", 4000), ("mxn", "800", 80_000), ("jpy", "500", 500), ("jpy", "1,000", 1000)],
)
@pytest.mark.usefixtures("abroad", "standin")
def test_a_gift_is_made_in_the_currency_that_was_shown(client, currency, typed, cents):
    assert send(client, own_amount=typed, currency_shown=currency).status_code == 303
    gift = Gift.objects.get()
    assert gift.money == gift.payment.money == Money(cents, currency)
    session = provider.session(gift.payment.session_id)
    assert (session["amount_total"], session["currency"]) == (cents, currency)


@pytest.mark.parametrize(
    ("language", "currency", "typed", "words"),
    [
        ("en", "usd", "0.49", "The smallest gift is $2:"),
        ("en", "mxn", "39.99", "The smallest gift is MX$40:"),
        ("en", "jpy", "199", "The smallest gift is ¥200:"),
        ("en", "jpy", "500.5", "Enter a whole amount in figures"),
        ("es", "usd", "0,49", "La donación mínima es de 2"),
        ("es", "eur", "0,49", "La donación mínima es de 2"),
    ],
)
@pytest.mark.usefixtures("abroad")
def test_each_currency_has_its_limits_in_words(client, language, currency, typed, words):
    path = f"/{language}/give/"
    answer = send(client, path, own_amount=typed, currency_shown=currency)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert f'value="{typed}"' in html
    assert f'name="currency_shown" value="{currency}"' in html
    assert not Gift.objects.exists()


@pytest.mark.parametrize("currency", ["gbp", "zzz", "EUR"])
def test_fifty_of_a_currency_that_was_dropped_are_not_fifty_of_ours(
    client, abroad, standin, currency
):
    answer = send(client, own_amount="50", currency_shown=currency)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"We take no gifts in {currency.upper()} now." in html
    assert 'name="currency_shown" value="usd"' in html
    assert 'value="50"' in html
    assert not Gift.objects.exists()
    # What is sent from the page as it stands now is taken.
    assert send(client, own_amount="50", currency_shown="usd").status_code == 303
    assert Gift.objects.get().money == Money(5000, "usd")


def test_the_fee_is_estimated_in_the_gift_s_currency(client, abroad):
    assert fees.cover(Money(4000, "usd")) == Money(151, "usd")
    # 3.9 % where the provider changes the money, and the fixed part by its least charge.
    assert fees.terms("mxn") == fees.Terms(rate_ppm=39_000, fixed_amount=600)
    assert fees.cover(Money(4000, "jpy")) == Money(194, "jpy")
    html = client.get(f"{GIVE}?currency_shown=jpy").content.decode()
    assert 'data-rate="39000" data-fixed="30"' in html
    assert "About ¥194 for a gift of ¥4,000." in html


def test_a_campaign_keeps_its_own_currency(client, abroad):
    campaign = CampaignFactory()
    html = client.get(campaign.get_absolute_url()).content.decode()
    assert 'name="show"' not in html
    assert send(client, campaign.get_absolute_url(), currency_shown="eur").status_code == 422


def test_only_known_currencies_are_kept(abroad):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.update(gift_currencies=["xyz"])


# -- coming back unpaid ----------------------------------------------------------------------

EXTRAS = {
    "own_amount": "25.50",
    "is_fee_covered": "on",
    "organisation_name": "Sastrería Luz",
    "is_anonymous": "on",
    "note": "Take your time",
    "tribute_kind": "honour",
    "honoured_name": "Mina",
    "recipient_email": "mina@example.org",
    "recipient_name": "Mina R.",
    "card_message": "With love",
}


def back_from(gift):
    session = provider.session(gift.payment.session_id)
    return session["cancel_url"].removeprefix(settings.SITE_URL)


def test_who_comes_back_unpaid_finds_all_that_was_typed(client, abroad, standin):
    FundFactory(use="legal_aid", key="legal-aid")
    send(client, fund="legal-aid", currency_shown="eur", **EXTRAS)
    gift = Gift.objects.get()
    address = back_from(gift)
    assert "ana" not in address
    html = client.get(address).content.decode()
    assert "Nothing was paid. What you chose is still here." in html
    assert 'name="currency_shown" value="eur"' in html
    assert chosen(html, "fund") == "legal-aid"
    assert chosen(html, "tribute_kind") == "honour"
    for typed in ("ana@example.org", "Ana", *(EXTRAS[name] for name in EXTRAS)):
        assert typed in html
    assert len(re.findall(r'name="is_(?:fee_covered|anonymous)"[^>]*checked', html)) == 2


def test_a_campaign_s_page_keeps_it_too(client, fund, standin):
    campaign = CampaignFactory(fund=fund)
    send(client, campaign.get_absolute_url(), **EXTRAS)
    html = client.get(back_from(Gift.objects.get())).content.decode()
    assert "Take your time" in html
    assert 'value="25.50"' in html


@pytest.mark.parametrize("why", ["is_paid", "is_old", "is_another"])
def test_nothing_is_shown_of_a_gift_that_is_paid_old_or_not_theirs(client, fund, standin, why):
    send(client, note="Take your time")
    gift = Gift.objects.get()
    address = back_from(gift)
    if why == "is_paid":
        standin.pay(gift.payment.session_id)
        client.get(reverse("donations:thanks", args=[gift.token]))
    elif why == "is_old":
        Gift.objects.update(created_at=gift.created_at - timedelta(hours=3))
    else:
        address = address.replace(gift.token, gift.token[::-1])
    html = client.get(address).content.decode()
    assert "Take your time" not in html
    assert "ana@example.org" not in html


def test_a_merged_donor_s_other_address_is_not_told_to_whoever_types_the_first(
    client, fund, standin
):
    other = DonorFactory(email="other@example.org")
    DonorFactory(email="ana@example.org", merged_into=other)
    send(client)
    gift = Gift.objects.get()
    assert gift.donor == other
    html = client.get(back_from(gift)).content.decode()
    assert "ana@example.org" in html
    assert "other@example.org" not in html


def test_try_again_offers_the_same_amount_in_the_same_currency_for_the_same(
    client, abroad, standin
):
    campaign = CampaignFactory(fund=FundFactory(key="education"))
    send(client, currency_shown="jpy", own_amount="7000")
    gift = Gift.objects.get()
    Gift.objects.update(state="failed", created_at=gift.created_at - timedelta(hours=3))
    page = client.get(reverse("donations:gift", args=[gift.token])).content.decode()
    again = html.unescape(re.search(r'href="([^"]*unpaid=[^"]*)"', page)[1])
    found = client.get(again).content.decode()
    assert 'name="currency_shown" value="jpy"' in found
    assert 'value="7000"' in found
    gift.campaign = campaign
    assert gift.get_again_url().startswith(campaign.get_absolute_url())
    campaign.is_published = False
    assert gift.get_again_url().startswith(f"{GIVE}?")


def test_a_currency_without_cents_shows_none_as_an_example(client, abroad):
    answer = send(client, currency_shown="jpy", own_amount="500.5")
    assert "such as 2500" in answer.content.decode()
    assert "25.50" not in answer.content.decode()


@pytest.mark.usefixtures("standin")
@pytest.mark.parametrize(
    ("page", "told"),
    [
        (GIVE, "open for more than two hours. Nothing was paid"),
        ("/es/give/", "abierto más de dos horas. No se pagó nada"),
    ],
)
def test_a_form_of_long_ago_says_so_keeps_what_was_typed_and_is_new(
    client, fund, monkeypatch, page, told
):
    word = key_on(client.get(page))
    monkeypatch.setattr(guard, "FORM_LIVES", timedelta(seconds=-1))
    answer = send(client, page, submission_key=word, own_amount="33", note="For Rosa")
    assert answer.status_code == 409
    text = html.unescape(answer.content.decode())
    assert told in text
    assert 'value="33"' in text
    assert "For Rosa" in text
    assert not Gift.objects.exists()
    monkeypatch.undo()
    assert send(client, page, submission_key=key_on(answer)).status_code == 303


@pytest.mark.parametrize("email", ["ana@example.org", ""])
def test_a_form_sent_after_gifts_were_switched_off_is_told_that_nothing_was_paid(
    client, fund, email
):
    ours = Organisation.unfilled()
    ours.are_gifts_open = False
    ours.save()
    answer = send(client, email=email)
    text = html.unescape(answer.content.decode())
    assert "Nothing was paid." in text
    assert "We take no gifts through this page right now." in text
    # No form stands there that a summary could lead into.
    assert "still here" not in text
    assert "There is a problem" not in text
    assert not Gift.objects.exists()


def test_what_was_closed_meanwhile_is_said(client, fund):
    FundFactory(key="legal-aid", use="legal_aid", is_open=False)
    answer = send(client, fund="legal-aid")
    assert "That takes no gifts any more" in answer.content.decode()


def test_what_stands_against_a_form_has_the_focus_without_script(client, fund):
    assert re.search(r'class="summary"[^>]* autofocus', send(client, email="").content.decode())
