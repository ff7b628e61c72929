"""Partners' and programmes' pages: what they show, to whom, in which language."""

import pytest
from django.test import Client

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.models import Partner
from tests.factories.donations import FundFactory
from tests.factories.partners import PartnerFactory, ProgrammeFactory, take_step

pytestmark = pytest.mark.django_db

PAGES_SQL = 7


@pytest.fixture
def programme():
    return ProgrammeFactory(
        code="loom",
        partner=PartnerFactory(name="River House", slug="river-house", story_en="One.\n\nTwo."),
        name_en="Looms and lessons",
        name_es="Telares y clases",
        slug_en="looms",
        slug_es="telares",
        story_en="A long story.",
        story_es="Una historia larga.",
    )


def sell(now, count: int) -> None:
    cost = accounts.artisan_cost("usd")
    spent = accounts.programme_cost("usd")
    for number in range(count):
        legs = [
            Leg(cost, accounts.maker_payable("usd", "loom"), 900),
            Leg(spent, accounts.fund("usd", "loom", "education"), 300),
        ]
        meta = {"payment": f"of-{number}"}
        ledger.post([Draft("unit_split", f"unit/{number}/split", now, legs, meta)])


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    return answer.content.decode()


def test_the_list_shows_active_partners_with_their_programmes(client, programme):
    PartnerFactory(name="Hidden House", status=Partner.Status.PAUSED)
    shown = page(client, "/en/partners/")
    assert "River House" in shown
    assert "/en/partners/river-house/looms/" in shown
    assert "Hidden House" not in shown
    assert "/es/partners/river-house/telares/" in page(client, "/es/partners/")


def test_a_partners_page_tells_its_story_in_paragraphs(client, programme):
    shown = page(client, "/en/partners/river-house/")
    assert "<p>One.</p>" in shown
    assert "Nepal" in shown
    assert "Looms and lessons" in shown


def test_stories_are_escaped(client, programme):
    programme.story_en = "<script>alert(1)</script>"
    programme.save()
    assert "<script>alert" not in page(client, "/en/partners/river-house/looms/")


def test_totals_are_hidden_while_they_might_point_to_a_person(client, programme, now):
    sell(now, 9)
    shown = page(client, "/en/partners/river-house/looms/")
    assert "once 10 people have bought or given" in shown
    assert "$81.00" not in shown


def test_totals_by_use_are_the_ledgers(client, programme, now):
    sell(now, 10)
    shown = page(client, "/en/partners/river-house/looms/")
    assert "$90.00" in shown
    assert "$30.00" in shown
    assert "$120.00" in shown
    assert 'class="cloth"' in shown
    assert "90,00" in page(client, "/es/partners/river-house/telares/")


def test_a_gift_to_the_programme_as_a_whole_is_called_so(client, programme, now):
    sell(now, 10)
    legs = [Leg(accounts.provider("usd"), accounts.fund("usd", "loom"), 500)]
    for number in range(10):
        meta = {"payment": f"gift-{number}"}
        ledger.post([Draft("gift", f"payment/{number}/paid", now, legs, meta)])
    shown = page(client, "/en/partners/river-house/looms/")
    assert "For the programme as a whole" in shown
    assert "$170.00" in shown


def test_the_other_languages_word_leads_to_the_pages_own_address(client, programme):
    answer = client.get("/es/partners/river-house/looms/")
    assert answer.status_code == 301
    assert answer["Location"] == "/es/partners/river-house/telares/"


@pytest.mark.parametrize(
    "address",
    [
        "/en/partners/none/",
        "/en/partners/river-house/none/",
        "/en/partners/none/looms/",
    ],
)
def test_what_does_not_exist_is_not_found(client, programme, address):
    assert client.get(address).status_code == 404


def test_words_of_former_times_lead_to_the_pages(client, programme):
    partner = programme.partner
    first = programme.get_absolute_url()
    partner.slug = "another-house"
    partner.save()
    assert client.get(first)["Location"] == programme.get_absolute_url()
    programme.slug_en = "another-room"
    programme.save()
    address = programme.get_absolute_url()
    assert address == "/en/partners/another-house/another-room/"
    answer = client.get(first)
    assert (answer.status_code, answer["Location"]) == (301, address)
    house = client.get(first.rsplit("/", 2)[0] + "/")
    assert house["Location"] == "/en/partners/another-house/"


def test_paused_partners_and_programmes_are_not_found(client, programme):
    programme.is_active = False
    programme.save()
    assert client.get("/en/partners/river-house/looms/").status_code == 404
    take_step(programme.partner, "paused")
    assert client.get("/en/partners/river-house/").status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_pages_need_few_statements_however_many_rows(
    client, programme, now, count, django_assert_max_num_queries
):
    for _ in range(count):
        ProgrammeFactory(partner=programme.partner)
        ProgrammeFactory()
    sell(now, 10)
    for address in ("", "river-house/", "river-house/looms/"):
        with django_assert_max_num_queries(PAGES_SQL):
            page(client, f"/en/partners/{address}")


def test_only_reading_is_allowed(client, programme):
    assert client.post("/en/partners/").status_code == 405


def test_the_list_has_a_map_and_a_table_of_countries(client, programme):
    shown = page(client, "/en/partners/")
    assert 'class="atlas"' in shown
    assert '<th scope="row">Nepal</th>' in shown
    assert "http" not in shown[shown.index('class="atlas"') : shown.index("</figure>")]


def test_a_region_is_shown_only_where_the_partner_agrees(client, programme):
    programme.region_en = "Bagmati"
    programme.save()
    assert "Bagmati" not in page(client, "/en/partners/river-house/looms/")
    programme.is_region_public = True
    programme.save()
    assert "Bagmati, Nepal" in page(client, "/en/partners/river-house/looms/")


def test_a_partners_page_sums_its_programmes_and_leads_to_giving(client, programme, now):
    FundFactory(key="loom", programme=programme, use="")
    sell(now, 10)
    for address in ("river-house/", "river-house/looms/"):
        shown = page(client, f"/en/partners/{address}")
        assert "$120.00" in shown
        assert "Q4 2026" in shown
        assert "/en/give/?fund=loom" in shown


def test_internal_notes_are_on_no_page(client, programme):
    programme.partner.internal_note = "Ring before noon"
    programme.partner.save()
    for address in ("", "river-house/", "river-house/looms/"):
        assert "Ring before noon" not in page(client, f"/en/partners/{address}")
