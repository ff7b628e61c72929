"""Only complete pages go public; what is public changes through a proposal; previews run out."""

from datetime import timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from awareness import publishing
from awareness.models import Page
from tests.factories.awareness import PageFactory, SectionFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def draft(**more):
    page = PageFactory(published_at=None, **more)
    SectionFactory(page=page)
    return page


def public():
    return Page.objects.public(now=NOW)


def test_a_page_is_public_from_the_moment_of_its_publication():
    page = publishing.publish(page=draft(), now=NOW)
    assert (page.state, page.published_at) == ("published", NOW)
    assert list(public()) == [page]


def test_a_time_that_was_set_is_kept():
    page = draft()
    page.published_at = NOW + timedelta(days=1)
    page.save()
    assert publishing.publish(page=page, now=NOW).published_at == NOW + timedelta(days=1)
    assert not public().exists()


def test_a_page_disappears_at_its_end_by_itself_and_can_come_back():
    page = publishing.publish(page=draft(), now=NOW - timedelta(days=2))
    page.unpublish_at = NOW - timedelta(days=1)
    page.save()
    assert not public().exists()
    again = publishing.publish(page=page, now=NOW)
    assert (again.published_at, again.unpublish_at) == (NOW, None)
    assert public().exists()


@pytest.mark.parametrize("missing", ["path_en", "sections"])
def test_an_incomplete_page_is_refused(missing):
    page = draft()
    if missing == "sections":
        page.sections.all().delete()
    else:
        Page.objects.update(path_en="")
    with pytest.raises(publishing.NotPublishable):
        publishing.publish(page=page, now=NOW)
    assert not public().exists()


def test_a_withdrawn_page_rests_in_the_archive():
    page = publishing.withdraw(page=publishing.publish(page=draft(), now=NOW))
    assert page.state == "archived"
    assert not public().exists()


def test_a_proposal_is_a_copy_that_readers_do_not_see():
    page = publishing.publish(page=draft(), now=NOW)
    proposal = publishing.propose(page=page)
    assert proposal.title_en == page.title_en
    assert proposal.sections.count() == 1
    assert (proposal.path_en, proposal.path_es) == ("", "")
    assert list(public()) == [page]
    assert publishing.propose(page=page) == proposal


def test_a_proposal_takes_the_place_of_its_page_at_the_same_address():
    page = publishing.publish(page=draft(), now=NOW)
    proposal = publishing.propose(page=page)
    Page.objects.filter(pk=proposal.pk).update(title_en="New", title_es="Nueva")
    proposal.sections.update(body_en="<p>New words.</p>", anchor="new")
    changed = publishing.adopt(proposal=proposal, now=NOW)
    assert changed.pk == page.pk
    assert (changed.title_en, changed.title_es) == ("New", "Nueva")
    assert (changed.path_en, changed.path_es) == (page.path_en, page.path_es)
    assert [section.body_en for section in changed.sections.all()] == ["<p>New words.</p>"]
    assert Page.objects.count() == 1


def test_a_change_made_beside_a_proposal_is_not_undone_unread():
    page = publishing.publish(page=draft(), now=NOW)
    proposal = publishing.propose(page=page)
    assert publishing.overtaken_by(proposal)[0] == ""
    page.lede_en = "Mended meanwhile."
    page.save()
    mark, at, _who = publishing.overtaken_by(proposal)
    assert at is not None
    for seen in ("", "0-0"):
        with pytest.raises(publishing.NotPublishable, match="after this proposal"):
            publishing.adopt(proposal=proposal, now=NOW, seen=seen)
    assert publishing.adopt(proposal=proposal, now=NOW, seen=mark) == page


def test_only_a_proposal_takes_a_place():
    with pytest.raises(publishing.NotPublishable):
        publishing.adopt(proposal=draft(), now=NOW)


def test_a_proposal_never_goes_public_by_itself():
    proposal = publishing.propose(page=publishing.publish(page=draft(), now=NOW))
    with pytest.raises(publishing.NotPublishable):
        publishing.publish(page=proposal, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=proposal.pk).update(state="published", published_at=NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "published", "published_at": None},
        {"published_at": NOW, "unpublish_at": NOW - timedelta(seconds=1)},
    ],
)
def test_the_database_refuses_times_that_cannot_be(broken):
    page = draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(**broken)


def test_what_the_queryset_shows_the_page_says_of_itself():
    second = timedelta(seconds=1)
    kinds = [
        {"state": "draft"},
        {"state": "review", "published_at": NOW - second},
        {"state": "published", "published_at": NOW},
        {"state": "published", "published_at": NOW + second},
        {"state": "published", "published_at": NOW - second, "unpublish_at": NOW},
        {"state": "published", "published_at": NOW - second, "unpublish_at": NOW + second},
        {"state": "archived", "published_at": NOW - second},
    ]
    pages = [PageFactory(**({"published_at": None} | kind)) for kind in kinds]
    shown = set(public().values_list("pk", flat=True))
    assert [page.pk in shown for page in pages] == [page.is_public(now=NOW) for page in pages]
    assert len(shown) == 2


def test_a_preview_shows_a_draft_to_whoever_has_its_address(client):
    page = draft()
    for language in ("en", "es"):
        answer = client.get(publishing.preview_path(page, language=language))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        with override(language):
            assert page.title in answer.content.decode()


def test_a_preview_is_over_after_its_week_and_cannot_be_guessed(client):
    page = draft()
    address = publishing.preview_path(page, language="en")
    assert client.get(address[:-4] + "xx/").status_code == 410
    body, stamp, _ = signing.dumps(page.pk, salt=publishing.SALT).rsplit(":", 2)
    early = signing.b62_encode(signing.b62_decode(stamp) - 8 * 86400)
    signer = signing.TimestampSigner(salt=publishing.SALT)
    over = f"{body}:{early}:{signer.signature(f'{body}:{early}')}"
    assert publishing.read_preview(over) is None
    assert "a week" in client.get(f"/en/preview/{over}/").content.decode()
