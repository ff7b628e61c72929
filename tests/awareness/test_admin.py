import html
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from awareness import facts
from awareness.models import ContactMessage
from tests.factories.awareness import (
    HelplineFactory,
    PageFactory,
    SectionFactory,
    SeedClaimFactory,
    SourceFactory,
    StatisticFactory,
    StoryFactory,
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
        ("story", StoryFactory),
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


def test_a_bare_figure_typed_into_a_page_is_refused_with_a_message(staff, settings):
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
    staff.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    answer = staff.post(address, data)
    assert "«27 million»" in answer.content.decode()
    assert "es una cifra sin fuente" in answer.content.decode()
    staff.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    data["sections-0-body_en"] = "<p onclick='x'>Words.</p>"
    answer = staff.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    section.refresh_from_db()
    assert section.body_en == "<p>Words.</p>"
    assert section.seed_refs == ["P2"]


def _statistic_form(staff, row, **changes):
    address = reverse("admin:awareness_statistic_change", args=[row.pk])
    form = staff.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    lists = {name: ",".join(value) for name, value in values.items() if isinstance(value, list)}
    data = {**values, **lists, **changes}
    return {name: value for name, value in data.items() if value is not None and value is not False}


@pytest.mark.parametrize(
    ("is_public", "is_cited", "is_kept"),
    [(True, True, True), (True, False, False), (False, False, True)],
)
def test_a_figure_without_a_source_cannot_be_made_public(staff, is_public, is_cited, is_kept):
    row = StatisticFactory(is_public=False, value_text_en="1 in 4", value_text_es="1 de 4")
    source = SourceFactory()
    count = int(is_cited)
    data = _statistic_form(staff, row, is_public=is_public, value_text_en="1 in 5") | {
        "citations-TOTAL_FORMS": count,
        "citations-INITIAL_FORMS": 0,
        "citations-0-source": source.pk,
        "citations-0-position": 0,
    }
    answer = staff.post(reverse("admin:awareness_statistic_change", args=[row.pk]), data)
    row.refresh_from_db()
    assert (row.value_text_en == "1 in 5") is is_kept, answer.content.decode()
    assert (b"A public figure needs a source." in answer.content) is not is_kept


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


def message(**more):
    values = {"submission_key": "k", "text": "Where is my parcel?", "reply": "none"}
    values |= {"language": "en", "created_at": datetime(2026, 11, 24, tzinfo=UTC)}
    return ContactMessage.objects.create(**(values | more))


def test_a_message_moves_through_its_states_and_its_words_stay(staff):
    written = message()
    address = reverse("admin:awareness_contactmessage_change", args=[written.pk])
    assert "Is an answer safe?" in staff.get(address).content.decode()
    staff.post(address, {"state": "answered", "note": "by mail", "text": "other words"})
    written.refresh_from_db()
    assert (written.state, written.note, written.text) == (
        "answered", "by mail", "Where is my parcel?",
    )  # fmt: skip
    assert written.handled_by.email == "a@example.org"
    assert written.closed_at is not None


def test_messages_are_moved_together_and_neither_added_nor_deleted(staff):
    rows = [message(submission_key=key) for key in "ab"]
    listed = reverse("admin:awareness_contactmessage_changelist")
    data = {"action": "mark_spam", "_selected_action": [row.pk for row in rows]}
    assert staff.post(listed, data).status_code == 302
    assert set(ContactMessage.objects.values_list("state", flat=True)) == {"spam"}
    assert staff.get(reverse("admin:awareness_contactmessage_add")).status_code == 403
    gone = reverse("admin:awareness_contactmessage_delete", args=[rows[0].pk])
    assert staff.post(gone, {"post": "yes"}).status_code == 403


def test_the_log_of_the_admin_keeps_no_word_of_a_message(staff):
    written = message(name="Ana", reply="email", reply_to="ana@example.org")
    address = reverse("admin:awareness_contactmessage_change", args=[written.pk])
    staff.post(address, {"state": "open", "note": ""})
    kept = str(list(LogEntry.objects.values()))
    assert "State" in kept
    assert "Ana" not in kept
    assert "parcel" not in kept


def test_a_figure_that_a_text_names_keeps_its_key_and_stays(staff):
    figure = StatisticFactory(key="looms-total", is_public=False)
    free = StatisticFactory(key="free-one", is_public=False)
    page = SectionFactory(
        body_es="<p>[[stat:looms-total]]</p>", page__title_en="Looms of the world"
    ).page
    assert facts.used_in(figure) == [page]
    for row, is_fixed in ((figure, True), (free, False)):
        address = reverse("admin:awareness_statistic_change", args=[row.pk])
        form = staff.get(address).context["adminform"].form
        assert ("key" not in form.fields) == is_fixed
        address = reverse("admin:awareness_statistic_delete", args=[row.pk])
        assert staff.post(address, {"post": "yes"}).status_code == (403 if is_fixed else 302)


def test_pages_that_lose_a_figure_are_named(staff):
    figure = StatisticFactory(key="looms-total", is_public=False)
    SectionFactory(body_en="<p>[[stat:looms-total]]</p>", page__title_en="Looms of the world")
    address = reverse("admin:awareness_statistic_change", args=[figure.pk])
    context = staff.get(address).context
    form = {
        bound.html_name: "" if bound.value() is None else bound.value()
        for bound in context["adminform"].form
        if bound.value() is not False
    }
    for inline in context["inline_admin_formsets"]:
        form |= {bound.html_name: bound.value() for bound in inline.formset.management_form}
    answer = staff.post(address, form, follow=True)
    assert "on these pages: Looms of the world." in html.unescape(answer.content.decode())
