"""Giving, as a person with a browser does it; the stand-in answers for the provider."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from donations import gifts, guard
from donations.models import Gift
from partners import accounts, ledger
from tests.factories.donations import FundFactory, GiftFactory, SuggestionFactory
from tests.factories.partners import ProgrammeFactory
from weintl.mail.models import Mail
from weintl.organisation.models import Organisation
from weintl.payments import reconcile
from weintl.payments.models import Payment

GIVE = "/en/give/"
FORM = guard.new_form()


@pytest.fixture
def fund(db):
    SuggestionFactory(amount=4000)
    SuggestionFactory(amount=8000)
    return FundFactory(key="education", hint_en="School and trades")


def key_on(page) -> str:
    return re.search(r'name="submission_key" value="([^"]+)"', page.content.decode())[1]


def send(client, path=GIVE, **changes):
    wanted = {
        "choice": "4000",
        "own_amount": "",
        "fund": "education",
        "email": "ana@example.org",
        "name": "Ana",
        "submission_key": FORM,
    }
    return client.post(path, {**wanted, **changes})


def test_the_page_is_private_and_asks_for_nothing_hidden(client, fund):
    page = client.get(GIVE)
    html = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "School and trades" in html
    assert not re.search(r'name="is_fee_covered"[^>]*checked', html)
    assert re.search(r'value="4000"[^>]*checked', html)
    assert "csrfmiddlewaretoken" in html


def test_two_visitors_get_two_submission_keys(client, fund):
    assert key_on(client.get(GIVE)) != key_on(client.get(GIVE))


def test_the_address_chooses_fund_and_amount(client, fund):
    FundFactory(use="legal_aid", key="legal-aid")
    html = client.get(f"{GIVE}?fund=legal-aid&cents=2550&unpaid=1").content.decode()
    assert re.search(r'value="legal-aid"[^>]*checked', html)
    assert 'value="25.50"' in html
    assert "Nothing was paid" in html
    again = client.get(f"{GIVE}?fund=none&cents=99x").content.decode()
    assert re.search(r'value="education"[^>]*checked', again)


@pytest.mark.parametrize("local", ["a" * 243, "a" * 300])
def test_an_address_longer_than_any_is_refused_in_words(client, fund, local):
    answer = send(client, email=f"{local}@example.org")
    assert answer.status_code == 422
    assert answer.context["form"].errors["email"]


def test_the_page_takes_few_queries_whatever_the_number_of_funds(
    client, fund, django_assert_max_num_queries
):
    for use in ("legal_aid", "long_term_care", "artisan_pay"):
        FundFactory(use=use)
    with django_assert_max_num_queries(6):
        client.get(GIVE)


def test_without_recorded_amounts_one_writes_one_s_own(client, db):
    FundFactory(key="education")
    html = client.get(GIVE).content.decode()
    assert 'name="choice"' not in html
    assert ">Amount</label>" in html
    page = send(client, choice="")
    assert page.status_code == 422
    assert page.context["form"].errors["own_amount"]
    assert 'href="#id_own_amount"' in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"own_amount": "1.99"}, "The smallest gift is $2"),
        ({"own_amount": "50,000.01"}, "up to $50,000."),
        ({"own_amount": "1.000"}, "Enter an amount in figures"),
        ({"choice": ""}, "Choose an amount or write your own."),
        ({"choice": "1"}, "This amount is offered no more"),
        ({"choice": "x"}, "This amount is offered no more"),
        ({"email": ""}, "the link to your gift is sent there"),
        ({"email": "ana@"}, "such as name@example.org"),
        ({"fund": "none"}, "Choose what your gift is for."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, fund, changes, words):
    page = send(client, name="Ana Ruiz", **changes)
    html = page.content.decode()
    assert page.status_code == 422
    assert html.count(words) == 2
    assert 'class="summary"' in html
    assert 'value="Ana Ruiz"' in html
    assert key_on(page) == FORM
    assert not Gift.objects.exists()


EXTRAS = {
    "tribute_kind": "honour",
    "honoured_name": "Ines Prado",
    "recipient_email": "tom@example.org",
    "card_message": "With love",
    "organisation_name": "Loom Ltd",
    "is_anonymous": "on",
    "note": "Spend it well",
}


def test_what_was_said_beside_the_gift_arrives_with_it(client, fund, standin):
    assert send(client, **EXTRAS).status_code == 303
    gift = Gift.objects.get()
    assert (gift.giver, gift.organisation_name) == ("organisation", "Loom Ltd")
    assert (gift.is_anonymous, gift.note) == (True, "Spend it well")
    assert gift.tribute.honoured_name == "Ines Prado"
    standin.pay(gift.payment.session_id)
    client.get(reverse("donations:thanks", args=[gift.token]))
    assert Mail.objects.get(template="donations/tribute_card").recipient == "tom@example.org"
    page = client.get(gift.get_absolute_url()).content.decode()
    for words in ("Loom Ltd", "In honour of", "Ines Prado"):
        assert words in page


def test_what_was_said_beside_the_gift_is_kept_when_something_is_wrong(client, fund):
    page = send(client, **EXTRAS, email="").content.decode()
    assert page.count("<details open>") == 2
    for words in ("Ines Prado", "tom@example.org", "With love", "Loom Ltd", "Spend it well"):
        assert words in page
    assert re.search(r'name="is_anonymous"[^>]*checked', page)
    assert "<details open>" not in client.get(GIVE).content.decode()


def test_at_most_three_fields_must_be_filled_in(client, fund):
    form = client.get(GIVE).context["form"]
    required = [name for name, field in form.fields.items() if field.required]
    # The amount is asked for by the form as a whole: one of two fields.
    assert [name for name in required if not form[name].is_hidden] == ["fund", "email"]


def test_the_page_is_small(client, fund):
    for use in ("legal_aid", "long_term_care", "artisan_pay", "medical_psychological", ""):
        FundFactory(use=use, hint_en=f"What {use} does for people, year after year")
    for language in ("en", "es"):
        page = client.get(f"/{language}/give/").content
        assert len(gzip.compress(page)) <= 10_000


def test_posting_takes_few_statements(client, fund, standin):
    send(client, email="first@example.org")
    with CaptureQueriesContext(connection) as taken:
        answer = send(client, submission_key=guard.new_form(), **EXTRAS)
    assert answer.status_code == 303
    own = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    asked = [row["sql"] for row in taken if not row["sql"].startswith(own)]
    assert len(asked) <= 12, "\n".join(sql[:150] for sql in asked)


def test_spanish_amounts_are_read_as_spanish(client, fund, standin):
    answer = send(client, "/es/give/", own_amount="1.000,50")
    assert answer.status_code == 303
    gift = Gift.objects.get()
    assert (gift.amount, gift.language) == (100050, "es")


def test_a_form_from_elsewhere_is_refused(fund):
    assert send(Client(enforce_csrf_checks=True)).status_code == 403


def test_giving_leads_to_the_payment_page_and_twice_to_the_same(client, fund, standin):
    first, second = send(client), send(client)
    assert first.status_code == 303
    assert first["Location"].startswith(standin.url)
    assert first["Location"] == second["Location"]
    assert Payment.objects.get().state == "open"


def test_a_provider_that_is_away_keeps_the_form_and_the_gift(client, fund, standin):
    standin.faults(status=500, count=9, path="/v1/checkout/sessions")
    page = send(client)
    assert page.status_code == 503
    assert "cannot be reached" in page.content.decode()
    standin.clear_faults()
    assert send(client).status_code == 303
    assert Gift.objects.count() == 1


def test_a_closed_page_makes_way_for_a_new_gift(client, fund, standin):
    send(client)
    standin.expire(Payment.objects.get().session_id)
    reconcile.catch_up(now=timezone.now())
    page = send(client)
    assert "has closed" in page.content.decode()
    assert key_on(page) != FORM
    assert send(client, submission_key=key_on(page)).status_code == 303


def test_a_program_and_a_form_that_is_not_ours_are_refused_and_shown_again(client, fund):
    for changes in ({"website": "x"}, {"submission_key": "k" * 20}, {"submission_key": ""}):
        page = send(client, name="Ana Ruiz", **changes)
        assert page.status_code == 409
        assert 'value="Ana Ruiz"' in page.content.decode()
        guard.check_form(key_on(page))
    assert not Gift.objects.exists()


def test_a_form_sent_again_with_something_else_is_shown_again(client, fund, standin):
    assert send(client).status_code == 303
    page = send(client, choice="8000")
    assert page.status_code == 409
    assert re.search(r'value="8000"[^>]*checked', page.content.decode())
    assert send(client, choice="8000", submission_key=key_on(page)).status_code == 303
    assert Gift.objects.count() == 2


def test_too_many_forms_from_one_place_are_asked_to_wait(client, fund, standin):
    for _ in range(guard.PER_MAIL):
        send(client, submission_key=guard.new_form())
    page = send(client, submission_key=guard.new_form(), name="Ana Ruiz")
    assert page.status_code == 429
    assert "Please wait an hour" in page.content.decode()
    assert 'value="Ana Ruiz"' in page.content.decode()


def raise_to(state):
    guard.switch(to=state, reason="x", actor=None, now=timezone.now())


def mailed_link() -> str:
    return (
        Mail.objects.get(template="donations/go_on")
        .context["url"]
        .replace("http://localhost:8000", "")
    )


@pytest.mark.parametrize("path", [GIVE, "/es/give/"])
def test_raised_the_way_goes_on_from_a_mail_by_a_button(client, fund, standin, path):
    raise_to("raised")
    for _ in range(2):
        answer = send(client, path)
        assert answer["Location"].endswith("/give/mail/")
    assert client.get(answer["Location"]).status_code == 200
    link = mailed_link()
    for _ in range(2):
        # What a mail scanner does.
        assert "<form" in client.get(link).content.decode()
    assert Payment.objects.get().state == "created"
    first, second = client.post(link), client.post(link)
    assert first["Location"] == second["Location"]
    assert first["Location"].startswith(standin.url)


def test_locked_only_who_gave_before_gets_a_mail_and_nobody_sees_a_difference(
    client, fund, standin, paid
):
    known = paid(donor__email="ana@example.org").donor.email
    raise_to("lockdown")
    before = Gift.objects.count()
    strange = send(client, email="new@example.org", submission_key=guard.new_form())
    assert (Gift.objects.count(), Mail.objects.filter(template="donations/go_on").count()) == (
        before,
        0,
    )
    mine = send(client, email=known)
    assert (strange.status_code, strange["Location"]) == (mine.status_code, mine["Location"])
    assert client.post(mailed_link())["Location"].startswith(standin.url)


def test_a_mailed_link_that_is_wrong_or_old_leads_nowhere(client, fund, standin, monkeypatch):
    raise_to("raised")
    send(client)
    link = mailed_link()
    assert client.post(f"{link[:-2]}x/").status_code == 410
    monkeypatch.setattr(guard, "GO_ON_LIVES", timedelta(seconds=-1))
    assert client.post(link).status_code == 410
    assert Payment.objects.get().state == "created"


def test_gifts_can_be_closed(client, fund):
    Organisation.objects.create(
        pk=1, name="WE", legal_name="WE", contact_email="we@example.org", are_gifts_open=False
    )
    assert "We take no gifts" in client.get(GIVE).content.decode()
    assert send(client).status_code == 200
    assert not Gift.objects.exists()
    assert 'href="/en/give/"' not in client.get("/en/facts/").content.decode()


def test_closed_gifts_say_why_and_until_when_and_can_be_read(client, fund):
    ours = Organisation.unfilled()
    ours.are_gifts_open, ours.gifts_open_on = False, date(2027, 1, 7)
    ours.gifts_note_en, ours.gifts_note_es = "Our bank moves <now>.", "Cambiamos de banco."
    ours.save()
    pages = {
        "en": ("Jan. 7, 2027", "Our bank moves &lt;now&gt;.", "School and trades"),
        "es": ("7 de enero de 2027", "Cambiamos de banco.", "Educación"),
    }
    for language, wanted in pages.items():
        html = client.get(f"/{language}/give/").content.decode()
        assert "<form" not in html.split("<main", 1)[1].split("</main>")[0]
        for words in wanted:
            assert words in html, (language, words)
        linked = client.get(f"/{language}/facts/").content.decode()
        assert f'href="/{language}/give/"' in linked


def test_who_is_paying_already_may_finish_while_gifts_are_closed(client, fund, standin):
    send(client)
    ours = Organisation.unfilled()
    ours.are_gifts_open = False
    ours.save()
    gift = Gift.objects.get()
    standin.pay(gift.payment.session_id)
    html = client.get(reverse("donations:thanks", args=[gift.token])).content.decode()
    assert "Your gift has arrived" in html


def test_the_thanks_page_tells_the_truth_without_a_webhook(client, fund, standin):
    send(client, is_fee_covered="on")
    gift = Gift.objects.get()
    thanks = reverse("donations:thanks", args=[gift.token])
    waiting = client.get(thanks)
    assert "We are waiting for your payment" in waiting.content.decode()
    assert waiting["Refresh"] == f"2; url={thanks}?again=1"
    assert standin.pay(gift.payment.session_id)["redirect"].endswith(thanks)
    page = client.get(thanks)
    assert "Thank you. Your gift has arrived." in page.content.decode()
    assert "Refresh" not in page
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")
    assert ledger.balance(accounts.fund("usd", "", "education")) == 4000
    assert send(client, is_fee_covered="on")["Location"] == thanks


def test_the_waiting_page_asks_the_provider_once_and_stops_at_last(client, fund, standin):
    send(client)
    gift = Gift.objects.get()
    thanks = reverse("donations:thanks", args=[gift.token])
    client.get(thanks)
    standin.pay(gift.payment.session_id)
    assert "waiting" in client.get(f"{thanks}?again=1").content.decode()
    assert "Refresh" not in client.get(f"{thanks}?again=6")


def test_an_abandoned_page_says_that_nothing_was_taken(client, fund, standin):
    send(client)
    gift = Gift.objects.get()
    standin.expire(gift.payment.session_id)
    html = client.get(reverse("donations:thanks", args=[gift.token])).content.decode()
    assert "nothing was taken" in html
    assert f'href="{escape(gift.get_again_url())}"' in html


def test_the_gifts_page_shows_where_it_stands(client, paid, settle, refund):
    gift = paid(fund=FundFactory(programme=ProgrammeFactory(name_en="Looms"), use=""))
    settle(gift, fee=146)
    refund(gift, 1000)
    page = client.get(gift.get_absolute_url())
    html = page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")
    for words in ("$40.00", "$28.54", "$1.46", "$10.00", "Looms", 'class="cloth"'):
        assert words in html
    assert gift.donor.email not in html


def test_a_gift_refunded_in_full_still_has_its_page(client, paid, settle, refund):
    gift = paid()
    settle(gift, fee=146)
    refund(gift, 4000)
    assert "Refunded in full" in client.get(gift.get_absolute_url()).content.decode()


def test_a_guessed_link_leads_nowhere(client, fund):
    assert client.get("/en/giving/abc/").status_code == 404
    assert client.get("/en/giving/abc/thanks/").status_code == 404


def test_the_mail_goes_again_by_post_only_and_to_the_donor(client, paid):
    gift = paid()
    again = reverse("donations:mail_again", args=[gift.token])
    assert client.get(again).status_code == 405
    client.post(again, {"email": "thief@example.org"})
    client.post(again)
    assert [mail.recipient for mail in Mail.objects.all()] == [gift.donor.email] * 2


def test_nothing_is_mailed_before_the_gift_has_arrived(client, fund):
    gift = GiftFactory()
    client.post(reverse("donations:mail_again", args=[gift.token]))
    assert not Mail.objects.exists()


def test_a_gift_of_new_years_eve_is_of_one_year_on_its_page_and_in_its_mail(client, fund, settings):
    settings.TIME_ZONE = "America/Chicago"
    received = datetime(2027, 1, 1, 2, tzinfo=UTC)
    gift = GiftFactory(fund=fund, state="received", received_at=received)
    assert "Dec. 31, 2026" in client.get(gift.get_absolute_url()).content.decode()
    mail = gifts.thank(gift=gift, key="eve", now=received)
    assert mail.context["day"] == "Dec. 31, 2026"


@pytest.mark.django_db
def test_the_page_asks_in_the_base_currency(client, settings):
    settings.BASE_CURRENCY = "jpy"
    FundFactory()
    shown = client.get("/en/give/").content.decode()
    assert '<span aria-hidden="true">¥</span>' in shown
    assert 'data-sign="¥"' in shown
    assert "From ¥200." in shown
    assert "$" not in shown
