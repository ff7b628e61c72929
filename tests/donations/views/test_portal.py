"""The way to a donor's page and its gifts, as a person with a browser goes it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from donations import portal
from donations.models import DonorLink, DonorVisit
from tests.factories.accounts import CustomerFactory
from tests.factories.donations import DonorFactory, come_in, link_for
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
WAY_IN, MINE = "/en/giving/", "/en/giving/mine/"


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org", name="Ana")


@pytest.fixture
def real():
    return timezone.now()


def link_of(word: str) -> str:
    return reverse("donations:link", args=[word])


def nonce_on(page) -> str:
    return re.search(r'name="nonce" value="([^"]+)"', page.content.decode())[1]


def press(client, word):
    path = link_of(word)
    return client.post(path, {"nonce": nonce_on(client.get(path))})


def test_the_answer_is_the_same_whoever_gave(client, ana):
    answers = [
        client.post(WAY_IN, {"email": email}, follow=True)
        for email in ("ana@example.org", "nobody@example.org")
    ]
    first, second = (
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        for page in answers
    )
    assert first == second
    assert [answer.redirect_chain for answer in answers] == [[("/en/giving/sent/", 303)]] * 2
    assert Mail.objects.get().recipient == "ana@example.org"


def test_a_wrong_address_is_told_and_kept(client, ana):
    answer = client.post(WAY_IN, {"email": "ana@"})
    assert answer.status_code == 422
    assert 'value="ana@"' in answer.content.decode()
    assert not Mail.objects.exists()


def test_programs_that_fill_in_every_field_get_nothing(client, ana):
    assert client.post(WAY_IN, {"email": ana.email, "website": "x"}).status_code == 303
    assert not Mail.objects.exists()


def test_one_network_asks_so_often_and_no_more(client, ana):
    for _ in range(10):
        assert client.post(WAY_IN, {"email": "nobody@example.org"}).status_code == 303
    answer = client.post(WAY_IN, {"email": ana.email})
    assert answer.status_code == 429
    assert not Mail.objects.exists()


def test_a_mail_scanner_changes_nothing_and_the_button_opens_the_page_once(client, ana, paid, real):
    gift = paid(donor=ana)
    word = link_for(ana, now=real)
    for _ in range(3):
        assert Client().get(link_of(word)).status_code == 200
        assert Client().head(link_of(word)).status_code == 200
    answer = press(client, word)
    assert (answer.status_code, answer["Location"]) == (303, MINE)
    page = client.get(MINE)
    assert page["Cache-Control"] == "no-store"
    assert gift.number in page.content.decode()
    stranger = Client()
    assert stranger.get(link_of(word)).status_code == 410
    assert stranger.post(link_of(word), {"nonce": "n"}).status_code == 410
    assert stranger.get(MINE)["Location"] == WAY_IN


def test_the_cookie_is_told_to_the_donor_s_pages_alone(client, ana, real):
    answer = press(client, link_for(ana, now=real))
    assert set(answer.cookies) >= set(settings.SCOPED_COOKIES)
    for name, path in settings.SCOPED_COOKIES.items():
        cookie = answer.cookies[name]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (path, True, "Lax")
        assert cookie["max-age"] == portal.VISIT_LIVES.total_seconds()
        assert cookie.value not in {*DonorVisit.objects.values_list("digest", flat=True)}
    left = client.get("/exit/")
    for name, path in settings.SCOPED_COOKIES.items():
        assert (left.cookies[name]["path"], left.cookies[name]["max-age"]) == (path, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(hours=1)}, "too old"),
        ({"revoked_at": timezone.now()}, "too old"),
        ({"used_at": timezone.now()}, "used already"),
    ],
)
def test_a_dead_link_says_so_and_leads_to_a_new_one(client, ana, real, change, words):
    word = link_for(ana, now=real)
    DonorLink.objects.update(**change)
    for answer in (client.get(link_of(word)), client.post(link_of(word), {"nonce": "n"})):
        html = answer.content.decode()
        assert answer.status_code == 410
        assert words in html
        assert f'href="{WAY_IN}"' in html
        assert ana.email not in html
    assert client.get(MINE).status_code == 303


def test_a_link_that_is_not_ours_is_not_found(client, ana, real):
    word = link_for(ana, now=real)
    for wrong in (word[:-2] + "AA", "nonsense"):
        assert client.get(link_of(wrong)).status_code == 404
        assert client.post(link_of(wrong), {"nonce": "n"}).status_code == 404


def test_a_donor_sees_no_other_s_gifts(client, ana, paid, real):
    mine, other = paid(donor=ana), paid(donor=DonorFactory())
    come_in(client, ana, now=real)
    html = client.get(MINE).content.decode()
    assert mine.number in html
    assert other.number not in html
    assert other.token not in html


def test_gifts_show_trail_receipts_and_pages(client, ana, paid, refund, real):
    gifts = [paid(donor=ana) for _ in range(11)]
    refund(gifts[-1], 4000)
    come_in(client, ana, now=real)
    html = client.get(MINE).content.decode()
    assert "in the fund, not paid out yet" in html
    assert "$40.00 went back to you" in html
    assert "11 gifts, given and kept" in html
    assert gifts[-1].receipts.get().number in html
    assert "Older gifts" in html
    second = client.get(f"{MINE}?page=2").content.decode()
    assert gifts[0].number in second
    for odd in ("0", "-1", "x", "9" * 30):
        assert client.get(f"{MINE}?page={odd}").status_code == 200


def test_signing_out_closes_the_page(client, ana, real):
    come_in(client, ana, now=real)
    word = client.cookies["giving_en"].value
    answer = client.post("/en/giving/leave/")
    assert answer["Location"] == WAY_IN
    assert client.get(MINE).status_code == 303
    client.cookies["giving_en"] = word
    assert client.get(MINE).status_code == 303
    assert client.get("/en/giving/leave/").status_code == 303
    assert "Your page is closed" in client.get(WAY_IN).content.decode()


def test_an_account_opens_its_page_without_a_mail(client, ana, paid):
    gift = paid(donor=ana)
    client.force_login(CustomerFactory(email="ana@example.org"))
    assert "You are signed in as ana@example.org" in client.get(WAY_IN).content.decode()
    assert client.get("/en/giving/account/").status_code == 405
    assert client.post("/en/giving/account/")["Location"] == MINE
    assert gift.number in client.get(MINE).content.decode()
    assert client.get(WAY_IN)["Location"] == MINE


def test_an_account_without_gifts_and_nobody_at_all_find_none(client, ana):
    assert client.post("/en/giving/account/")["Location"] == WAY_IN
    client.force_login(CustomerFactory(email="other@example.org"))
    assert client.post("/en/giving/account/")["Location"] == WAY_IN
    assert not DonorVisit.objects.exists()
    assert "No gift has come from" in client.get(WAY_IN).content.decode()


def test_the_page_speaks_spanish(client, ana, paid, real):
    paid(donor=ana)
    come_in(client, ana, now=real)
    html = client.get("/es/giving/mine/").content.decode()
    assert "Sus donaciones" in html
    assert "en el fondo, aún sin pagar" in html
