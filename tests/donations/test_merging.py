"""Donors who are one: found, merged, and never in circles; what was theirs follows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from donations import consents, erasing, gifts, merging, own_data, portal, years
from donations.models import Donor, DonorMerge, Gift, MailConsent, YearStatement
from tests.factories.donations import (
    DonorFactory,
    FundFactory,
    GiftFactory,
    gift_received,
    link_for,
    year_issued,
)
from tests.factories.partners import StaffFactory
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.verify import collect

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 3, 12, tzinfo=UTC)


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org", name="Ana Ruiz")


@pytest.fixture
def twin(db):
    return DonorFactory(email="ana+gifts@example.org", address="1 Road\nMadison, WI 53703")


def merge(survivor, other, now, actor=None):
    return merging.merge(survivor_id=survivor.pk, other_id=other.pk, actor=actor, now=now)


def breaches():
    return [breach for check in collect.checks() for breach in collect.breaches(check)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@example.org", "ANA@Example.org"),
        ("ana@example.org", "ana+x+y@example.org"),
        ("a.n.a@gmail.com", "ana+we@googlemail.com"),
    ],
)
def test_the_same_mailbox_is_found(one, other):
    first, second = DonorFactory(email=one), DonorFactory(email=other)
    DonorFactory(email="anna@example.org")
    assert list(merging.alike_to(first)) == [second]
    (group,) = merging.groups()
    assert (group.donors, group.is_same_mailbox) == ([first, second], True)


def test_dots_count_where_they_do():
    first = DonorFactory(email="a.na@example.org")
    DonorFactory(email="ana@example.org")
    assert not merging.alike_to(first).exists()
    assert merging.groups() == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("214 Orchard Road\nMadison, WI 53703-1234\nUSA", "53703-1234"),
        ("Calle Mayor 5\n28013 Madrid\nEspaña", "28013"),
        ("10 Downing Street\nLondon sw1a 2aa", "SW1A 2AA"),
        ("1 Wellington\nOttawa K1A 0B1", "K1A 0B1"),
        ("Nowhere", None),
        ("", None),
    ],
)
def test_a_postal_code_is_found_in_an_address(address, code):
    donor = DonorFactory(name="Ana", address=address)
    donor.refresh_from_db()
    assert donor.postcode == code


def test_the_same_name_and_postal_code_are_found():
    first = DonorFactory(name="Ana  RUIZ", address="1 Road\n53703 Madison")
    second = DonorFactory(name="ana ruiz", address="Road 1\nMadison 53703")
    DonorFactory(name="Ana Ruiz", address="1 Road\n53704 Madison")
    DonorFactory(name="", address="1 Road\n53703 Madison")
    DonorFactory(name="", address="1 Road\n53703 Madison")
    assert list(merging.alike_to(first)) == [second]
    (group,) = merging.groups()
    assert (group.donors, group.is_same_mailbox) == ([first, second], False)


def test_what_was_theirs_follows_and_the_record_says_who(ana, twin, paid, now):
    mine, theirs = paid(donor=ana), paid(donor=twin)
    word = link_for(twin, now=now)
    visit = portal.open_by_link(link_for(twin, now=now), nonce="n", now=now)
    staff = StaffFactory()
    before = breaches()
    done = merge(ana, twin, now, actor=staff)
    assert (done.merged_by, done.merged_at) == (staff, now)
    assert done.followed["gifts"] == 1
    assert set(Gift.objects.filter(donor=ana)) == {mine, theirs}
    ana.refresh_from_db()
    assert (ana.name, ana.address) == ("Ana Ruiz", twin.address)
    assert portal.visit_of(visit, now=now).donor == ana
    with pytest.raises(portal.Expired):
        portal.named(word, now=now)
    assert not merging.alike_to(ana).exists()
    assert breaches() == before == []


def test_an_old_link_and_an_old_address_lead_to_who_stays(ana, twin, paid, now):
    paid(donor=twin)
    word = link_for(twin, now=now)
    merge(ana, twin, now)
    assert portal.visit_of(portal.open_by_link(word, nonce="n", now=now), now=now).donor == ana
    portal.ask(email=twin.email, language="en", now=now + timedelta(minutes=1))
    mail = Mail.objects.latest("pk")
    assert (mail.recipient, mail.cause) == (twin.email, f"donor:{ana.pk}")
    gift = gifts.start(
        email=twin.email.upper(), name="Ana", fund=FundFactory(), amount=Money(4000, "usd"),
        is_fee_covered=False, language="en", submission_key="k", now=now,
    )  # fmt: skip
    assert gift.donor == ana
    assert twin.email in own_data.of(ana, now=now)["details"]["also_known_by"]


def test_a_gift_written_after_the_merge_is_who_stays_whatever_was_read_before(ana, twin, now):
    merge(ana, twin, now)
    gift = GiftFactory(donor=twin)
    gift.refresh_from_db()
    assert gift.donor == ana


def test_a_yes_to_mails_does_not_follow(ana, twin, now):
    consents.choose(donor=twin, topics=["news"], language="en", now=now)
    consents.choose(donor=ana, topics=["campaigns"], language="en", now=now)
    merge(ana, twin, now + timedelta(days=1))
    assert list(consents.given(ana)) == ["campaigns"]
    assert MailConsent.objects.filter(donor=ana, topic="news").get().withdrawn_at is not None


def test_statements_follow_and_the_next_states_each_gift_once(ana, twin, paid):
    paid(donor=ana)
    paid(donor=twin)
    first, second = year_issued(ana, now=AFTER), year_issued(twin, now=AFTER)
    merge(ana, twin, AFTER)
    third = years.issue_due(ana, 2026, now=AFTER)
    assert third.contents["replaces"] == [first.number, second.number]
    assert len(third.contents["rows"]) == 2
    assert list(YearStatement.objects.live()) == [third]
    assert years.issue_due(twin, 2026, now=AFTER) is None
    assert breaches() == []


def test_a_statement_of_one_alone_holds_on(ana, twin, paid):
    paid(donor=twin)
    second = year_issued(twin, now=AFTER)
    merge(ana, twin, AFTER)
    assert years.issue_due(ana, 2026, now=AFTER) == second


def test_who_was_merged_into_the_one_that_goes_is_led_on_at_once(ana, twin, now):
    third = DonorFactory()
    merge(ana, twin, now)
    merge(third, ana, now)
    twin.refresh_from_db()
    assert twin.merged_into == third
    assert breaches() == []


def test_nobody_is_merged_twice_in_a_circle_or_with_who_is_gone(ana, twin, now):
    merge(ana, twin, now)
    gone = DonorFactory()
    erasing.erase(gone, now=now)
    leaving = DonorFactory(erase_asked_at=now)
    for pair in ((twin, ana), (ana, twin), (ana, ana), (ana, gone), (gone, ana), (ana, leaving)):
        with pytest.raises(merging.NotPossible):
            merge(*pair, now)
    assert DonorMerge.objects.count() == 1


def test_the_database_knows_no_circles_and_no_way_back(ana, twin, now):
    third = DonorFactory()
    merge(ana, twin, now)
    for donor, into in ((ana, twin), (ana, ana), (third, twin), (ana, third), (twin, None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Donor.objects.filter(pk=donor.pk).update(merged_into=into)
    with pytest.raises(IntegrityError), transaction.atomic():
        DonorMerge.objects.update(survivor=third)
    with pytest.raises(IntegrityError), transaction.atomic():
        DonorMerge.objects.all().delete()


def test_erasing_takes_all_addresses(ana, twin, now):
    merge(ana, twin, now)
    assert erasing.erase(ana, now=now)
    assert not Donor.objects.filter(email__endswith="example.org").exists()
    assert breaches() == []


def test_every_relation_to_a_donor_is_thought_of():
    names = {relation.get_accessor_name() for relation in Donor._meta.related_objects}
    assert names == {*merging.FOLLOW, *merging.STAYS}


def test_look_alikes_are_answered_from_indexes(ana):
    many = [DonorFactory.build(email=f"d{number}@example.org") for number in range(500)]
    Donor.objects.bulk_create(many)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE donations_donor")
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, values = merging.alike_to(ana).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "donor_by_mailbox" in plan


def test_a_later_refund_follows_the_merged_gift(ana, twin, refund, now):
    gift = gift_received(donor=twin)
    merge(ana, twin, now)
    gift = Gift.objects.get(pk=gift.pk)
    refund(gift, 1000)
    assert Mail.objects.filter(template="donations/gift_refunded").get().recipient == ana.email
