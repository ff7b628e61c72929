import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.awareness import (
    HelplineFactory,
    PageFactory,
    SectionFactory,
    SeedClaimFactory,
    SourceFactory,
    StatisticFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client, django_user_model) -> Client:
    client.force_login(
        django_user_model.objects.create_superuser(email="a@example.org", password="x" * 20)
    )
    return client


@pytest.mark.parametrize(
    ("model", "make"),
    [
        ("page", lambda: SectionFactory().page),
        ("statistic", lambda: StatisticFactory(sourced=True)),
        ("source", SourceFactory),
        ("seedclaim", SeedClaimFactory),
        ("helpline", HelplineFactory),
    ],
)
def test_each_list_search_and_form_opens(staff, model, make):
    row = make()
    assert staff.get(reverse(f"admin:awareness_{model}_changelist") + "?q=a").status_code == 200
    assert staff.get(reverse(f"admin:awareness_{model}_change", args=[row.pk])).status_code == 200


def test_overdue_figures_can_be_listed(staff):
    StatisticFactory(
        key="overdue-one", checked_on="2020-01-01", review_due="2020-02-01", sourced=True
    )
    StatisticFactory(key="checked-one", sourced=True)
    answer = staff.get(reverse("admin:awareness_statistic_changelist") + "?review=overdue")
    assert "overdue-one" in answer.content.decode()
    assert "checked-one" not in answer.content.decode()


def test_a_bare_figure_typed_into_a_page_is_refused_with_a_message(staff):
    section = SectionFactory()
    page = section.page
    address = reverse("admin:awareness_page_change", args=[page.pk])
    form = staff.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    data |= {
        "published_at_0": "2026-01-01",
        "published_at_1": "00:00:00",
        "sections-TOTAL_FORMS": "1",
        "sections-INITIAL_FORMS": "1",
        "sections-0-id": section.pk,
        "sections-0-page": page.pk,
        "sections-0-position": "0",
        "sections-0-anchor": section.anchor,
        "sections-0-seed_refs": "P2",
        "sections-0-heading_en": "A part",
        "sections-0-heading_es": "Una parte",
        "sections-0-body_en": "<p>There are 27 million of them.</p>",
        "sections-0-body_es": "<p>Palabras.</p>",
    }
    answer = staff.post(address, data)
    assert answer.status_code == 200
    assert "“27 million” is a figure without a source" in answer.content.decode()
    data["sections-0-body_en"] = "<p onclick='x'>Words.</p>"
    answer = staff.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    section.refresh_from_db()
    assert section.body_en == "<p>Words.</p>"
    assert section.seed_refs == ["P2"]


def test_the_founding_text_can_be_neither_added_to_nor_cut(staff):
    claim = SeedClaimFactory()
    assert staff.get(reverse("admin:awareness_seedclaim_add")).status_code == 403
    assert (
        staff.post(reverse("admin:awareness_seedclaim_delete", args=[claim.pk])).status_code == 403
    )


def test_the_list_of_pages_takes_the_same_queries_for_more_rows(staff, django_assert_num_queries):
    PageFactory()
    address = reverse("admin:awareness_page_changelist")
    staff.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        staff.get(address)
    for _ in range(5):
        PageFactory(parent=PageFactory())
    with CaptureQueriesContext(connection) as many:
        staff.get(address)
    assert len(many) == len(few)
