"""Yearly statements on paper: words, amounts, both languages, the same bytes ever after."""

import re
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from donations import year_papers, years
from tests.factories.donations import DonorFactory, year_issued
from weintl.organisation.models import Organisation
from weintl.papers import keeping
from weintl.papers.models import Paper

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 3, 12, tzinfo=UTC)


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org", name="Ana Ruiz")


def printed(statement, language):
    with override(language):
        return year_papers.paper(statement.contents, ["Ana Ruiz"], language, [])


def test_it_reads_in_both_languages(ana, paid, refund):
    paid(donor=ana, amount=10000, advantage_amount=3000, advantage_note="Dinner")
    refund(paid(donor=ana), 1000)
    refund(paid(donor=ana), 4000)
    statement = year_issued(ana, now=AFTER)
    english, spanish = printed(statement, "en"), printed(statement, "es")
    assert english["title"] == "Your giving in 2026"
    assert spanish["title"] == "Sus donaciones de 2026"
    assert english["rows"][0][3:] == ["$100.00", "−$30.00", "$70.00"]
    assert english["rows"][1][2] == "RC-2026-000003\nreplaces RC-2026-000002"
    assert english["rows"][1][3:] == ["$30.00", "–", "$30.00"]
    assert english["totals"] == [["Total in USD", "$130.00", "−$30.00", "$100.00"]]
    assert spanish["totals"][0][0] == "Total en USD"
    assert english["gone"] == [
        "Receipt RC-2026-000004, received on November 24, 2026: money went back to the donor."
    ]
    for language in ("en", "es"):
        assert year_papers.as_pdf(statement, language=language).startswith(b"%PDF-")


def test_it_is_the_same_to_the_byte_whatever_is_said_later(ana, paid):
    paid(donor=ana)
    statement = year_issued(ana, now=AFTER)
    first = year_papers.as_pdf(statement, language="en")
    Organisation.objects.update(legal_name="Another name")
    assert year_papers.as_pdf(statement, language="en") == first
    assert statement.contents["issuer"]["name"] != "Another name"


def test_one_that_was_replaced_says_so(ana, paid):
    paid(donor=ana)
    statement = year_issued(ana, now=AFTER)
    first = year_papers.as_pdf(statement, language="en")
    years.replace(statement, now=AFTER)
    statement.refresh_from_db()
    assert year_papers.as_pdf(statement, language="en") != first
    assert Paper.objects.count() == 2


def test_the_present_year_is_provisional_and_kept_nowhere(ana, paid, now):
    paid(donor=ana)
    contents = years.so_far(ana, now=now)
    pages = [year_papers.provisional(contents, ana, language=code) for code in ("en", "es", "en")]
    assert pages[0] == pages[2] != pages[1]
    assert not Paper.objects.exists()


def test_an_erased_donor_has_none(ana, paid):
    paid(donor=ana)
    statement = year_issued(ana, now=AFTER)
    years.erase_donor(ana, now=AFTER)
    statement.refresh_from_db()
    with pytest.raises(keeping.Erased):
        year_papers.as_pdf(statement, language="en")


def test_a_hundred_gifts_go_over_pages(ana, paid):
    paid(donor=ana)
    statement = year_issued(ana, now=AFTER)
    said = {**statement.contents, "rows": statement.contents["rows"] * 100}
    content = year_papers.provisional(said, ana, language="en")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) > 2
