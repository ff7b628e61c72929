"""A campaign's page, as a person with a browser sees it."""

import gzip
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from donations import guard
from donations.models import CampaignUpdate, Fund, Gift
from tests.factories.donations import CampaignFactory
from tests.factories.media import PictureFactory
from weintl.organisation.models import Organisation
from weintl.payments import client as provider


@pytest.fixture
def campaign(db):
    return CampaignFactory(
        name_en="Books for the hill",
        name_es="Libros para la colina",
        slug_en="books",
        slug_es="libros",
        story_en="The school\n\nhas no books.",
        story_es="La escuela\n\nno tiene libros.",
        picture=PictureFactory(),
    )


def send(client, path="/en/give/books/", **changes):
    wanted = {
        "choice": "4000",
        "email": "ana@example.org",
        "name": "Ana Ruiz",
        "submission_key": guard.new_form(),
    }
    return client.post(path, {**wanted, **changes})


def test_the_page_says_what_it_is_for_and_how_far_it_has_come(client, campaign, paid):
    for _turn in range(5):
        paid(campaign=campaign, fund=campaign.fund, donor_name="Marigold")
    CampaignUpdate.objects.create(
        campaign=campaign, day=date(2026, 11, 20), title_en="First books", text_en="They came."
    )
    page = client.get("/en/give/books/")
    html = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    for words in (
        "Books for the hill", "has no books.", "$200.00", "of $1,000.00 (20 %)", "5 gifts",
        "First books", "They came.", 'value="20"', 'property="og:image"',
    ):  # fmt: skip
        assert words in html, words
    assert "Marigold" not in html
    assert 'name="fund"' not in html
    assert len(gzip.compress(page.content)) <= 10_000


def test_each_language_has_its_address_and_former_ones_lead_on(client, campaign):
    assert client.get("/es/give/libros/").status_code == 200
    assert client.get("/es/give/books/")["Location"] == "/es/give/libros/"
    campaign.slug_en = "school-books"
    campaign.save()
    moved = client.get("/en/give/books/")
    assert (moved.status_code, moved["Location"]) == (301, "/en/give/school-books/")
    assert client.get("/en/give/none/").status_code == 404


def test_a_draft_is_shown_to_nobody(client, campaign):
    campaign.is_published = False
    campaign.save()
    assert client.get("/en/give/books/").status_code == 404
    assert send(client).status_code == 404
    assert "Books for the hill" not in client.get("/en/give/").content.decode()


def test_a_gift_to_it_is_for_its_fund_and_leads_back_to_it(client, campaign, standin):
    answer = send(client)
    assert answer.status_code == 303
    gift = Gift.objects.get()
    assert (gift.campaign, gift.fund) == (campaign, campaign.fund)
    session = provider.session(gift.payment.session_id)
    assert "/en/give/books/?" in session["cancel_url"]
    standin.pay(gift.payment.session_id)
    client.get(f"/en/giving/{gift.token}/thanks/")
    assert "$40.00" in client.get("/en/give/books/").content.decode()


def test_what_is_wrong_is_said_there_and_what_was_typed_is_kept(client, campaign):
    page = send(client, email="", own_amount="1")
    html = page.content.decode()
    assert page.status_code == 422
    assert "Books for the hill" in html
    assert 'value="Ana Ruiz"' in html
    assert "The smallest gift is $2" in html


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [(3, None, "Until then it takes no gifts."), (-9, -2, "The goal was not reached.")],
)
def test_before_and_after_its_days_it_takes_nothing_and_says_so(
    client, campaign, starts, ends, words
):
    today = localdate()
    campaign.starts_on = today + timedelta(days=starts)
    campaign.ends_on = None if ends is None else today + timedelta(days=ends)
    campaign.save()
    html = client.get("/en/give/books/").content.decode()
    assert words in html
    assert f"?fund={campaign.fund.key}" in html
    assert 'name="email"' not in html
    send(client)
    assert not Gift.objects.exists()


def test_a_goal_that_was_reached_is_thanked_for(client, campaign, paid):
    paid(campaign=campaign, fund=campaign.fund, amount=100_000)
    assert "The goal is reached." in client.get("/en/give/books/").content.decode()
    campaign.ends_on = localdate() - timedelta(days=1)
    campaign.save()
    assert "The goal was reached. Thank you." in client.get("/en/give/books/").content.decode()


def test_closed_gifts_close_it_too_and_it_can_be_read(client, campaign):
    ours = Organisation.unfilled()
    ours.are_gifts_open, ours.gifts_note_en = False, "Our bank moves."
    ours.save()
    html = client.get("/en/give/books/").content.decode()
    assert "Our bank moves." in html
    assert "has no books." in html
    assert 'name="email"' not in html


def test_a_closed_fund_closes_its_campaign(client, campaign):
    Fund.objects.filter(pk=campaign.fund_id).update(is_open=False)
    assert 'name="email"' not in client.get("/en/give/books/").content.decode()
    assert "Nothing was paid." in send(client).content.decode()
    assert not Gift.objects.exists()


def test_the_give_page_lists_what_runs_and_what_is_to_come(client, campaign):
    today = localdate()
    CampaignFactory(name_en="Soon", starts_on=today + timedelta(days=5))
    CampaignFactory(name_en="Over", ends_on=today - timedelta(days=1))
    html = client.get("/en/give/").content.decode()
    assert 'href="/en/give/books/"' in html
    assert "Soon" in html
    assert "It begins on" in html
    assert "Over" not in html
