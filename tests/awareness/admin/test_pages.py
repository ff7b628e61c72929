"""Editing pages: who may publish, proposals, versions, and nothing lost in the editor."""

import html
import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from awareness import publishing
from awareness.admin.page_forms import is_held
from awareness.models import Page
from tests.factories.awareness import PageFactory, SectionFactory
from tests.factories.partners import StaffFactory
from weintl.staff import groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    """Sign in as a member of a group."""
    groups.ensure()

    def sign_in(name):
        user = StaffFactory()
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        return client

    return sign_in


def address(page, act="change"):
    return reverse(f"admin:awareness_page_{act}", args=[page.pk])


def form_of(client, page):
    """Return what the page's form sends when nothing is changed."""
    context = client.get(address(page)).context
    data = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                data |= {bound.html_name: "on"} if value else {}
            elif bound.html_name.endswith("_at") and hasattr(bound.field.widget, "widgets"):
                parts = bound.field.widget.decompress(value)
                data |= {f"{bound.html_name}_{n}": str(p or "") for n, p in enumerate(parts)}
            else:
                data[bound.html_name] = "" if value is None else value
    for name in [name for name in data if name.endswith("seed_refs")]:
        data[name] = ",".join(data[name]) if isinstance(data[name], list) else data[name]
    return data


def test_an_editor_writes_a_draft_and_hands_it_in_but_does_not_publish(member):
    client = member("editor")
    page = SectionFactory(page__published_at=None).page
    data = form_of(client, page)
    assert client.post(address(page), data | {"state": "review"}).status_code == 302
    page.refresh_from_db()
    assert page.state == "review"
    answer = client.post(address(page), data | {"state": "published"})
    assert answer.status_code == 200
    page.refresh_from_db()
    assert page.state == "review"


def test_a_publisher_publishes_at_once_where_no_time_is_set(member):
    client = member("publisher")
    page = SectionFactory(page__published_at=None).page
    assert (
        client.post(address(page), form_of(client, page) | {"state": "published"}).status_code
        == 302
    )
    page.refresh_from_db()
    assert (page.state, page.published_at is not None) == ("published", True)


def test_an_editor_changes_a_public_page_through_a_proposal_only(member):
    page = SectionFactory().page
    data = form_of(member("publisher"), page)
    client = member("editor")
    assert client.post(address(page), data | {"title_en": "Mine"}).status_code == 403
    assert client.post(address(page, "propose")).status_code == 302
    proposal = page.proposal
    assert (
        client.post(address(proposal), form_of(client, proposal) | {"title_en": "Ours"}).status_code
        == 302
    )
    assert client.post(address(proposal, "adopt")).status_code == 403
    page.refresh_from_db()
    assert page.title_en == "A page"
    assert member("publisher").post(address(proposal, "adopt")).status_code == 302
    page.refresh_from_db()
    assert page.title_en == "Ours"


@pytest.mark.parametrize("act", ["propose", "adopt", "restore"])
def test_acts_need_a_post_and_a_right(member, client, act):
    page = PageFactory()
    assert member("publisher").get(address(page, act)).status_code == 404
    assert member("auditor").post(address(page, act)).status_code == 403
    client.logout()
    assert client.post(address(page, act)).status_code == 302
    assert Page.objects.count() == 1


def test_a_proposal_cannot_be_published_by_its_state(member):
    page = SectionFactory().page
    client = member("publisher")
    client.post(address(page, "propose"))
    answer = client.post(
        address(page.proposal), form_of(client, page.proposal) | {"state": "published"}
    )
    assert "in the place of its page" in answer.content.decode()


def test_times_that_cannot_be_are_refused_in_words(member):
    client = member("publisher")
    page = SectionFactory().page
    ends = {"unpublish_at_0": "2020-01-01", "unpublish_at_1": "00:00:00"}
    answer = client.post(address(page), form_of(client, page) | ends)
    assert "cannot end before it begins" in answer.content.decode()


def test_versions_are_compared_and_given_back(member):
    client = member("publisher")
    page = SectionFactory(body_en="<p>Old words.</p>").page
    section = page.sections.get()
    section.body_en = "<p>New words.</p>"
    section.save()
    page.title_en = "Another"
    page.save()
    listed = client.get(address(page, "history"))
    assert listed.status_code == 200
    found = listed.context["versions"]
    answer = client.post(address(page, "restore"), {"at": found[-1].at.isoformat()})
    assert answer.status_code == 302
    for at in ("", "yesterday", "1999-01-01T00:00:00+00:00"):
        assert client.post(address(page, "restore"), {"at": at}).status_code == 302
    assert "no such version" in client.get(address(page, "history")).content.decode()


def test_what_is_missing_in_spanish_is_marked_and_listed(member):
    client = member("editor")
    whole = SectionFactory().page
    lacking = SectionFactory(anchor="half", body_es="", page__published_at=None).page
    text = client.get(address(lacking)).content.decode()
    assert re.search(r'<div class="readonly">[^<]*half', text)
    marked = set(re.findall(r'<(?:textarea|input)[^>]*name="(\w+)"[^>]*placeholder="no Sp', text))
    # Where there is nothing in English nothing is missing.
    assert {"title_es", "lede_es"} <= marked
    assert "content_note_es" not in marked
    listed = client.get(reverse("admin:awareness_page_changelist"), {"spanish": "missing"})
    assert list(listed.context["cl"].queryset) == [lacking]
    public = client.get(reverse("admin:awareness_page_changelist"), {"public": "yes"})
    assert list(public.context["cl"].queryset) == [whole]


def test_the_import_map_of_the_editor_runs_by_its_hash_and_nothing_else_does(member):
    client = member("editor")
    answer = client.get(address(SectionFactory(page__published_at=None).page))
    policy = answer["Content-Security-Policy"]
    assert re.search(r"script-src 'self' 'sha256-[A-Za-z0-9+/=]{44}'", policy)
    assert "unsafe" not in policy
    assert "sha256" not in client.get("/en/help/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("html", "fits"),
    [("<p>a <strong>b</strong></p>", True), ("", True), ("<dl><dt>a</dt></dl>", False),
     ("<p lang='es'>a <abbr title='b'>c</abbr></p>", False)],
)  # fmt: skip
def test_text_that_the_editor_would_lose_is_edited_as_html(html, fits):
    assert is_held(html) is fits


def test_a_page_that_was_public_goes_to_the_archive_and_is_not_deleted(member, client):
    page = PageFactory()
    user = StaffFactory(is_superuser=True)
    client.force_login(user)
    assert client.post(address(page, "delete"), {"post": "yes"}).status_code == 403


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unread(member):
    section = SectionFactory(page__published_at=None)
    page = section.page
    client = member("editor")
    mine = form_of(client, page)
    theirs = {**mine, "lede_en": "Theirs."}
    assert client.post(address(page), theirs).status_code == 302
    mine["title_en"] = "What I typed"
    answer = client.post(address(page), mine)
    words = html.unescape(answer.content.decode())
    assert "has saved this page at" in words
    assert "What I typed" in words
    page.refresh_from_db()
    assert page.lede_en == "Theirs."
    # Read, and meant: the form that came back bears the new mark.
    mine["seen"] = answer.context["adminform"].form.data["seen"]
    assert client.post(address(page), mine).status_code == 302
    page.refresh_from_db()
    assert page.title_en == "What I typed"


def test_a_section_that_somebody_else_changed_counts_too(member):
    section = SectionFactory(page__published_at=None)
    client = member("editor")
    mine = form_of(client, section.page)
    section.heading_en = "Theirs"
    section.save()
    assert "has saved this page at" in client.post(address(section.page), mine).content.decode()


def test_an_address_that_is_taken_is_said_in_words(member):
    PageFactory(path_en="understand/taken/")
    page = SectionFactory(page__published_at=None).page
    client = member("editor")
    form = {**form_of(client, page), "path_en": "understand/taken/"}
    assert (
        "Another page stands at this address." in client.post(address(page), form).content.decode()
    )


def test_who_publishes_a_proposal_sees_what_it_would_undo(member):
    page = SectionFactory().page
    proposal = publishing.propose(page=page)
    page.lede_en = "Mended meanwhile."
    page.save()
    client = member("publisher")
    answer = client.get(address(proposal))
    assert "The page was changed after this proposal was made" in answer.content.decode()
    blind = client.post(address(proposal, "adopt"), follow=True)
    assert "Look at that change first." in blind.content.decode()
    client.post(address(proposal, "adopt"), {"seen": answer.context["overtaken"][0]})
    assert not Page.objects.filter(pk=proposal.pk).exists()
