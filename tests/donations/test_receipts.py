"""A gift has one receipt that holds, of what was kept; gapless, frozen, void or replaced."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from donations import receipts
from donations.invariants import CHECKS
from donations.models import Gift, Receipt, ReceiptDonor
from donations.receipts import Bought
from tests.factories.donations import FundFactory, GiftFactory
from weintl.organisation.models import Organisation
from weintl.papers.models import Counter
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(paid):
    """Make a gift that has no receipt yet."""
    return lambda **changes: paid(has_receipt=False, **changes)


def issue(gift, now, **more):
    gift = Gift.objects.select_related("fund", "donor", "payment").get(pk=gift.pk)
    return receipts.issue_due(gift, now=now, **more)


def told():
    return [
        (row.number, row.total_amount, row.voiding.reason if row.is_void else "")
        for row in Receipt.objects.order_by("pk")
    ]


def breaches():
    return [sentence for check in CHECKS if "receipt" in check.__name__ for sentence in check()]


def lose(gift, amount, *, state="lost"):
    taken = {"id": "txn_1", "amount": -amount, "fee": 1500, "currency": "usd"}
    return Dispute.objects.create(
        payment=gift.payment,
        dispute_id="du_1",
        amount=amount,
        currency="usd",
        state=state,
        reason="fraudulent",
        balance_transactions=[taken],
        opened_at=gift.received_at,
    )


def test_a_received_gift_has_one_and_an_unpaid_none(paid, now):
    gift = paid(donor_name="Ana Ruiz", fee_cover_amount=150)
    assert issue(GiftFactory(), now) is None
    first = issue(gift, now)
    assert (first.number, first.total_amount, first.eligible_amount) == (
        "RC-2026-000001",
        4150,
        4150,
    )
    assert first.donor_row.text == "Ana Ruiz"
    assert issue(gift, now) is None
    assert breaches() == []


def test_it_counts_for_the_day_where_the_organisation_is(paid, now, settings):
    gift = paid()
    late = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)  # still New Year's Eve in New York
    settings.TIME_ZONE = "America/New_York"
    Gift.objects.filter(pk=gift.pk).update(received_at=late)
    receipt = issue(gift, late)
    assert receipt.received_on.isoformat() == "2026-12-31"
    assert receipt.number == "RC-2026-000001"


def test_a_partial_refund_makes_it_void_and_issues_another(paid, refund, now):
    gift = paid()
    issue(gift, now)
    row = refund(gift, 1000)
    issue(gift, now)
    assert told() == [("RC-2026-000001", 4000, "refunded"), ("RC-2026-000002", 3000, "")]
    second = Receipt.objects.live().get()
    assert second.replaces.number == "RC-2026-000001"
    assert second.contents["replaces"]["number"] == "RC-2026-000001"
    assert second.replaces.voiding.refund.refund_id == row.pk
    assert breaches() == []


def test_a_full_refund_leaves_none_and_one_that_came_back_issues_again(
    paid, refund, fail_refund, now
):
    gift = paid()
    issue(gift, now)
    row = refund(gift, 4000)
    assert issue(gift, now) is None
    assert told() == [("RC-2026-000001", 4000, "refunded")]
    fail_refund(gift, row)
    issue(gift, now)
    assert told()[1] == ("RC-2026-000002", 4000, "")
    assert breaches() == []


def test_two_partial_refunds_and_one_that_came_back(paid, refund, fail_refund, now):
    gift = paid()
    for act in (lambda: None, lambda: refund(gift, 500), lambda: None):
        act()
        issue(gift, now)
    second = refund(gift, 700)
    issue(gift, now)
    fail_refund(gift, second)
    issue(gift, now)
    assert [row[1:] for row in told()] == [
        (4000, "refunded"),
        (3500, "refunded"),
        (2800, "returned"),
        (3500, ""),
    ]
    assert breaches() == []


def test_a_dispute_counts_only_when_it_is_lost(paid, now):
    gift = paid()
    issue(gift, now)
    dispute = lose(gift, 4000, state="needs_response")
    assert issue(gift, now) is None
    assert told() == [("RC-2026-000001", 4000, "")]
    dispute.state = "lost"
    dispute.save()
    issue(gift, now)
    assert told() == [("RC-2026-000001", 4000, "disputed")]
    assert breaches() == []


def test_what_was_given_in_return_is_no_gift(paid, refund, now):
    gift = paid(amount=10_000, advantage_amount=4000, advantage_note="a dinner")
    receipt = issue(gift, now)
    assert (receipt.total_amount, receipt.eligible_amount) == (10_000, 6000)
    words = " ".join(receipt.contents["words"]["en"])
    assert "your payment of $100.00" in words
    assert "a dinner" in words
    assert "fair market value is $40.00" in words
    assert "over that value: $60.00" in words
    # Less is left than what was given in return was worth: no gift at all.
    refund(gift, 6500)
    assert issue(gift, now) is None
    assert told() == [("RC-2026-000001", 10_000, "refunded")]
    assert breaches() == []


def test_a_craft_paid_together_is_told_and_counts_for_nothing(paid, now):
    gift = paid(amount=6000)
    receipt = issue(gift, now, bought=Bought(amount=4000, order="WE-7KQ2MX9D"))
    assert (receipt.total_amount, receipt.eligible_amount) == (6000, 6000)
    words = " ".join(receipt.contents["words"]["en"])
    assert "your payment of $100.00" in words
    assert "order WE-7KQ2MX9D" in words
    assert "$40.00" in words
    assert "over that value: $60.00" in words
    assert "$60,00" not in words
    assert "60,00" in " ".join(receipt.contents["words"]["es"])


def test_nothing_in_return_is_said_in_the_words_of_the_law(paid, now):
    words = issue(paid(), now).contents["words"]
    assert "provided no goods or services in exchange for this contribution." in words["en"][1]
    assert words["es"][1] != words["en"][1]


def test_another_country_has_its_own_words_and_the_status_is_ours_to_say(paid, now):
    ours = Organisation.unfilled()
    ours.country, ours.tax_status_en = "ES", "Exempt under law 49/2002."
    ours.tax_status_es = "Exenta según la ley 49/2002."
    ours.save()
    receipt = issue(paid(), now)
    assert receipt.wording == "general-1"
    assert "Exempt under law 49/2002." in receipt.contents["words"]["en"]
    assert "Exenta según la ley 49/2002." in receipt.contents["words"]["es"]
    assert "federal" not in str(receipt.contents["words"])


def test_contents_name_nobody_and_the_donor_can_be_erased(paid, now):
    gift = paid(donor_name="Ana Ruiz")
    receipt = issue(gift, now)
    assert "Ana" not in str(receipt.contents)
    assert gift.donor.email not in str(receipt.contents)
    receipts.erase_donor(gift.donor, now=now)
    receipts.erase_donor(gift.donor, now=now)
    row = ReceiptDonor.objects.get()
    assert (row.text, row.salt, row.erased_at) == ("", "", now)
    assert breaches() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE donations_receipt SET total_amount = 1, eligible_amount = 1",
        "UPDATE donations_receipt SET contents = '{}'",
        "DELETE FROM donations_receipt",
        "UPDATE donations_receiptdonor SET text = 'Somebody else'",
        "DELETE FROM donations_receiptdonor",
        "UPDATE donations_receiptvoid SET reason = 'corrected'",
        "DELETE FROM donations_receiptvoid",
    ],
)
def test_nothing_changes_what_was_issued(paid, refund, now, sql):
    gift = paid()
    issue(gift, now)
    refund(gift, 100)
    issue(gift, now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert len(told()) == 2


def test_none_can_be_slipped_in_beside_one_that_holds(paid, now):
    gift = paid()
    first = issue(gift, now)
    names = ["gift_id", "currency", "total_amount", "eligible_amount", "received_on"]
    names += ["language", "wording", "issued_at", "contents", "series", "year"]
    values = {name: getattr(first, name) for name in names}
    for replaces in (None, first):
        with pytest.raises(IntegrityError), transaction.atomic():
            Counter.objects.filter(series="RC").update(last=2)
            Receipt.objects.create(**values, number="RC-2026-000002", sequence=2, replaces=replaces)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_checks_find_what_is_wrong(paid, now):
    gift = paid()
    assert any("has 0 receipts" in sentence for sentence in breaches())
    receipt = issue(gift, now)
    assert breaches() == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE donations_receipt SET eligible_amount = 1, advantage_amount = 3999")
        cursor.execute("UPDATE donations_receiptdonor SET text = 'X'")
        cursor.execute("UPDATE papers_counter SET last = 5 WHERE series = 'RC'")
    found = " ".join(breaches())
    assert f"Receipt {receipt.number} is not what was issued." in found
    assert "names another donor" in found
    assert "5 numbers were given" in found


def test_gifts_of_before_get_theirs_once(paid, now):
    gifts = [paid(fund=FundFactory()) for _turn in range(3)]
    assert receipts.issue_missing(now=now + timedelta(days=9)) == 3
    assert receipts.issue_missing(now=now + timedelta(days=9)) == 0
    assert [row.gift_id for row in Receipt.objects.order_by("sequence")] == [g.pk for g in gifts]
    assert {row.issued_at for row in Receipt.objects.all()} == {now}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["receipt", "receiptdonor", "receiptvoid"])
def test_no_table_is_emptied(name):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE donations_{name} CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [60, pytest.param(200, marks=pytest.mark.soak)])
def test_numbers_have_no_gaps_though_some_are_rolled_back(now, count):
    """20 threads, every tenth gift rolled back: numbers 1 to nine tenths and no other."""
    made = []
    for _turn in range(count):
        gift = GiftFactory(is_paid=True, state="received", received_at=now)
        made.append(gift.pk)
    undone = set(made[::10])
    waiting = list(made)
    lock = threading.Lock()

    class Undo(Exception):
        pass

    def work():
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    pk = waiting.pop()
                try:
                    with transaction.atomic():
                        issue(Gift.objects.get(pk=pk), now)
                        if pk in undone:
                            raise Undo
                except Undo:
                    continue
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _turn in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Receipt.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, count * 9 // 10 + 1))
    assert Counter.objects.get(series="RC").last == count * 9 // 10
