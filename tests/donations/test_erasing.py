"""“Erase me”: what goes, what stays, what waits; and the books hold afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from donations import (
    consents,
    donors,
    erasing,
    portal,
    receipt_papers,
    receipts,
    tributes,
    year_papers,
)
from donations.models import Donor, Gift, Receipt, ReceiptDonor, YearStatement
from tests.factories.donations import DonorFactory, GiftFactory, link_for, year_issued
from tests.factories.partners import StaffFactory
from tests.factories.payments import WebhookEventFactory
from tests.plugins.tables import tables_that_hold
from weintl.mail.models import Mail
from weintl.papers.keeping import Erased
from weintl.payments.models import Dispute, Payment
from weintl.verify import collect

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 3, 12, tzinfo=UTC)
MARK = "marigold"


@pytest.fixture
def ana(db):
    return DonorFactory(email="marigold@example.org", name="Marigold Ruiz")


def settle():
    for mail in Mail.objects.filter(state="queued"):
        Mail.objects.filter(pk=mail.pk).update(
            state="sent", sent_at=mail.created_at, subject="Sent", attempts=1
        )
    receipt_papers.keep_waiting()


def breaches():
    return [breach for check in collect.checks() for breach in collect.breaches(check)]


def everywhere(ana, paid, refund, now):
    """Put the mark into every store that a donor has; return a gift."""
    donors.change_details(
        donor=ana,
        name="Marigold Ruiz",
        organisation="Marigold Ltd",
        address="Marigold Street 1",
        language="es",
    )
    ana.refresh_from_db()
    gift = paid(
        donor=ana,
        donor_name="Marigold",
        giver="organisation",
        organisation_name="Marigold Ltd",
        note="Marigold writes",
    )
    wish = tributes.Wish("honour", "Marigold Senior", "Marigold", f"{MARK}@example.com", "Marigold")
    tributes.keep(wish, gift=gift)
    tributes.send_card(gift=gift, now=now)
    Payment.objects.filter(pk=gift.payment_id).update(email="marigold@example.org")
    refund(paid(donor=ana, donor_name="Marigold"), 1000)
    body = (
        '{"id": "evt_9", "object": "event", "data": {"object": '
        '{"id": "cs_9", "object": "checkout.session", "customer_email": "marigold@example.org"}}}'
    )
    WebhookEventFactory(
        payment=gift.payment, body=body, state="processed", processed_at=now, note="Paid"
    )
    consents.choose(donor=ana, topics=["news"], language="en", now=now)
    portal.open_by_link(link_for(ana, now=now), nonce="n", now=now)
    statement = year_issued(ana, now=AFTER)
    year_papers.as_pdf(statement, language="es")
    receipt_papers.as_pdf(gift.receipts.get(), language="en")
    LogEntry.objects.create(
        user=StaffFactory(),
        content_type=ContentType.objects.get_for_model(Donor),
        object_id=str(ana.pk),
        object_repr=str(ana),
        action_flag=2,
    )
    settle()
    return gift


def test_no_table_holds_a_word_of_the_donor_and_the_books_hold(ana, paid, refund, now):
    gift = everywhere(ana, paid, refund, now)
    assert {
        "donations_donor",
        "donations_gift",
        "donations_receiptdonor",
        "donations_yearstatement",
        "payments_payment",
        "payments_webhookevent",
        "mail_mail",
        "django_admin_log",
    } <= set(tables_that_hold(MARK))
    before, token = breaches(), gift.token
    hashes = set(Receipt.objects.values_list("number", "sha256", "total_amount"))
    assert erasing.erase(ana, now=now)
    assert tables_that_hold(MARK) == []
    gift.refresh_from_db()
    assert (gift.amount, gift.state, gift.donor_id) == (4000, "received", ana.pk)
    assert gift.token != token
    assert set(Receipt.objects.values_list("number", "sha256", "total_amount")) == hashes
    for paper in (
        lambda: receipt_papers.as_pdf(gift.receipts.get(), language="en"),
        lambda: year_papers.as_pdf(YearStatement.objects.get(), language="es"),
    ):
        with pytest.raises(Erased):
            paper()
    assert not ana.links.exists()
    assert not ana.visits.exists()
    assert breaches() == before == []
    assert erasing.erase(ana, now=now) is False
    ana.refresh_from_db()
    assert str(ana) == f"#{ana.pk}"


def test_the_same_address_may_give_again_as_somebody_new(ana, paid, now):
    paid(donor=ana)
    settle()
    assert erasing.erase(ana, now=now)
    assert not Donor.objects.filter(email="marigold@example.org").exists()
    portal.ask(email="marigold@example.org", language="en", now=now)
    assert not Mail.objects.exists()


@pytest.mark.parametrize("reason", ["is_unpaid", "is_refunding", "is_contested", "is_being_told"])
def test_what_is_open_is_waited_for_and_then_erased_by_itself(ana, paid, refund, now, reason):
    gift = paid(donor=ana)
    settle()
    if reason == "is_unpaid":
        GiftFactory(donor=ana)
    elif reason == "is_refunding":
        refund(gift, 1000, state="pending")
        settle()
    elif reason == "is_contested":
        Dispute.objects.create(
            payment=gift.payment, dispute_id="dp_1", state="open", amount=1, currency="usd",
            opened_at=now,
        )  # fmt: skip
    else:
        Mail.objects.update(state="queued", sent_at=None)
    assert erasing.plan(ana, now=now).waits_for == [str(erasing.REASONS[reason])]
    assert erasing.erase(ana, now=now) is False
    ana.refresh_from_db()
    assert (ana.erase_asked_at, ana.erased_at, ana.name) == (now, None, "Marigold Ruiz")
    assert erasing.erase_due(now=now) == 0
    Gift.objects.filter(state="awaiting_payment").update(state="expired")
    Payment.objects.filter(state="open").update(state="expired")
    gift.payment.refunds.update(state="succeeded")
    Dispute.objects.update(state="won", closed_at=now)
    settle()
    assert erasing.erase_due(now=now + timedelta(hours=6)) == 1
    assert erasing.erase_due(now=now + timedelta(hours=6)) == 0
    ana.refresh_from_db()
    assert ana.name == ""


def test_where_the_law_wants_it_receipts_keep_their_donor_for_its_time(ana, paid, now, settings):
    settings.RECEIPT_DONOR_YEARS = 2
    gift = paid(donor=ana)
    settle()
    assert erasing.plan(ana, now=now).keeps_receipts_until == 2028
    assert erasing.erase(ana, now=now)
    assert tables_that_hold(MARK) == ["donations_receiptdonor"]
    assert receipt_papers.as_pdf(gift.receipts.get(), language="en")
    erasing.erase_due(now=datetime(2028, 12, 31, tzinfo=UTC))
    assert tables_that_hold(MARK) == ["donations_receiptdonor"]
    erasing.erase_due(now=datetime(2029, 1, 1, tzinfo=UTC))
    assert tables_that_hold(MARK) == []


def test_what_comes_after_names_nobody_and_tells_nobody(ana, paid, refund, now):
    gift = paid(donor=ana)
    settle()
    erasing.erase(ana, now=now)
    gift = Gift.objects.get(pk=gift.pk)
    refund(gift, 1000)
    row = ReceiptDonor.objects.get(receipt=gift.receipts.order_by("pk").last())
    assert (row.text, row.erased_at is not None) == ("", True)
    assert not Mail.objects.exists()
    assert breaches() == []


def test_what_came_with_an_order_keeps_the_order_s_address(ana, paid, now):
    gift = paid(donor=ana)
    Payment.objects.filter(pk=gift.payment_id).update(email="buyer@example.org")
    settle()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE payments_payment SET purpose = 'order'")
    erasing.erase(ana, now=now)
    assert Payment.objects.get(pk=gift.payment_id).email == "buyer@example.org"


def test_the_database_lets_no_erased_donor_have_a_name(ana, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Donor.objects.filter(pk=ana.pk).update(erased_at=now, erase_asked_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Donor.objects.filter(pk=ana.pk).update(erased_at=now, name="")


def test_another_donor_keeps_everything(ana, paid, now):
    eva = DonorFactory(name="Eva")
    gift = paid(donor=eva, donor_name="Eva")
    paid(donor=ana)
    settle()
    erasing.erase(ana, now=now)
    gift.refresh_from_db()
    assert gift.donor_name == "Eva"
    assert ReceiptDonor.objects.get(receipt__gift=gift).text == "Eva"
    assert Mail.objects.filter(cause=f"gift:{gift.pk}").exists()


def test_receipts_of_an_erased_donor_are_frozen_still(ana, paid, now):
    gift = paid(donor=ana)
    settle()
    erasing.erase(ana, now=timezone.now())
    assert receipts.of_gift(gift)[0].contents["donor_commitment"]


def test_what_the_provider_tells_afterwards_names_nobody_either(ana, paid, now):
    gift = paid(donor=ana)
    settle()
    assert erasing.erase(ana, now=now)
    body = (
        '{"id": "evt_9", "object": "event", "data": {"object": {"id": "ch_9", "name": "Marigold"}}}'
    )
    WebhookEventFactory(payment=gift.payment, body=body, state="processed", received_at=now)
    assert "payments_webhookevent" in tables_that_hold(MARK)
    erasing.erase_due(now=now + timedelta(hours=6))
    assert tables_that_hold(MARK) == []
