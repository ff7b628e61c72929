"""The way to a donor's page: one purpose, once, in time, and nobody learns who has given."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction

from donations import portal
from donations.models import DonorLink, DonorVisit
from tests.factories.accounts import CustomerFactory
from tests.factories.donations import DonorFactory, link_for
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org")


def ask(now, email="ana@example.org"):
    portal.ask(email=email, language="en", now=now)


def test_a_link_goes_to_who_gave_and_to_nobody_else(ana, now):
    ask(now, "nobody@example.org")
    assert not Mail.objects.exists()
    ask(now, "ANA@example.org")
    mail = Mail.objects.get()
    assert (mail.recipient, mail.cause) == ("ana@example.org", f"donor:{ana.pk}")
    link = DonorLink.objects.get()
    assert link.digest not in mail.context["url"]
    assert portal.named(mail.context["url"].rstrip("/").rpartition("/")[2], now=now) == link


def test_an_address_gets_few_links_a_day(ana, now):
    for minute in range(portal.A_DAY + 3):
        ask(now + timedelta(minutes=minute))
    assert Mail.objects.count() == portal.A_DAY
    ask(now + timedelta(days=1, minutes=1))
    assert Mail.objects.count() == portal.A_DAY + 1


def test_a_link_opens_once_and_the_button_pressed_twice_is_one_visit(ana, now):
    word = link_for(ana, now=now)
    first = portal.open_by_link(word, nonce="a", now=now)
    assert portal.open_by_link(word, nonce="a", now=now) == first
    with pytest.raises(portal.Used):
        portal.open_by_link(word, nonce="b", now=now)
    with pytest.raises(portal.Used):
        portal.named(word, now=now)
    assert portal.visit_of(first, now=now).donor == ana
    assert DonorVisit.objects.count() == 1


def test_looking_at_a_link_changes_nothing(ana, now):
    word = link_for(ana, now=now)
    for _ in range(3):
        portal.named(word, now=now)
    portal.open_by_link(word, nonce="a", now=now)


def test_an_old_a_revoked_and_a_foreign_link_open_nothing(ana, now):
    word = link_for(ana, now=now)
    with pytest.raises(portal.Expired):
        portal.open_by_link(word, nonce="a", now=now + portal.LINK_LIVES)
    portal.close(ana, now=now)
    with pytest.raises(portal.Expired):
        portal.open_by_link(word, nonce="a", now=now)
    for strange in (
        word[:-1],
        "x",
        signing.dumps("guess", salt="another"),
        signing.dumps({"a": 1}, salt="donations.link.card"),
    ):
        with pytest.raises(portal.NoLink) as raised:
            portal.open_by_link(strange, nonce="a", now=now)
        assert not isinstance(raised.value, portal.Used | portal.Expired)
    assert not DonorVisit.objects.exists()


def test_whoever_has_come_in_needs_no_other_link(ana, now):
    other = link_for(ana, now=now)
    portal.open_by_link(link_for(ana, now=now + HOUR), nonce="a", now=now + HOUR)
    with pytest.raises(portal.Expired):
        portal.open_by_link(other, nonce="a", now=now + HOUR)


def test_a_visit_ends_by_itself_by_leaving_and_by_staff(ana, now):
    word = portal.open_by_link(link_for(ana, now=now), nonce="a", now=now)
    assert portal.visit_of(word, now=now + portal.VISIT_LIVES - timedelta(seconds=1))
    assert portal.visit_of(word, now=now + portal.VISIT_LIVES) is None
    portal.leave(portal.visit_of(word, now=now), now=now)
    assert portal.visit_of(word, now=now) is None
    # The button of before does not open it again.
    again = portal.open_by_link(link_for(ana, now=now), nonce="a", now=now)
    portal.close(ana, now=now)
    assert portal.visit_of(again, now=now) is None
    assert portal.visit_of("", now=now) is None


def test_after_leaving_the_same_button_opens_nothing(ana, now):
    link = link_for(ana, now=now)
    word = portal.open_by_link(link, nonce="a", now=now)
    portal.leave(portal.visit_of(word, now=now), now=now)
    with pytest.raises(portal.Used):
        portal.open_by_link(link, nonce="a", now=now)


def test_an_account_opens_by_a_confirmed_address_alone(ana, now):
    user = CustomerFactory(email="other@example.org")
    typed = EmailAddress.objects.create(user=user, email="Ana@example.org", verified=False)
    assert portal.open_by_account(user, now=now) is None
    typed.verified = True
    typed.save()
    word = portal.open_by_account(user, now=now)
    assert portal.visit_of(word, now=now).donor == ana


def test_what_is_long_over_is_forgotten(ana, now):
    portal.open_by_link(link_for(ana, now=now), nonce="a", now=now)
    assert portal.forget(now=now + portal.KEEP) == 0
    assert portal.forget(now=now + portal.KEEP + timedelta(days=2)) == 2
    assert not DonorLink.objects.exists()


def test_the_database_holds_what_a_link_is(ana, now):
    word = link_for(ana, now=now)
    link = portal.named(word, now=now)
    for wrong in (
        {"used_at": now, "revoked_at": now},
        {"used_at": link.expires_at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            DonorLink.objects.filter(pk=link.pk).update(**wrong)
    portal.open_by_link(word, nonce="a", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DonorVisit.objects.create(
            donor=ana, link=link, digest="x", started_at=now, expires_at=now + HOUR
        )
