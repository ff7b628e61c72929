"""A receipt on paper is what was frozen; later ones are copies, void ones say so."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from donations import receipt_papers, receipts, tasks
from donations.models import Receipt
from tests.factories.donations import FundFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.papers.keeping import Erased
from weintl.papers.models import Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(paid, now):
    fund = FundFactory(name_en="School", name_es="Escuela")
    return paid(donor_name="Ana Ruiz", fund=fund, fee_cover_amount=150)


def printed(receipt, language, mark=""):
    with override(language):
        return str(receipt_papers.paper(receipt, ["Ana Ruiz"], language, mark))


def test_it_says_what_was_given_for_what_and_how(gift):
    words = printed(gift.receipts.get(), "en")
    for wanted in ("RC-2026-000001", "Ana Ruiz", "For: School", "$40.00", "$1.50", "$41.50"):
        assert wanted in words
    assert "no goods or services" in words
    assert "November 24, 2026" in words


def test_it_speaks_spanish(gift):
    words = printed(gift.receipts.get(), "es")
    for wanted in ("Recibo RC-2026-000001", "Escuela", "41,50", "24 de noviembre de 2026"):
        assert wanted in words


def test_original_copy_and_void_are_told_apart(gift, refund, now):
    receipt = gift.receipts.get()
    original = receipt_papers.as_pdf(receipt, language="en", is_original=True)
    copy = receipt_papers.as_pdf(receipt, language="en")
    assert original.startswith(b"%PDF-")
    assert original != copy
    assert receipt_papers.as_pdf(receipt, language="en") == copy
    refund(gift, 1000)
    receipt = Receipt.objects.get(pk=receipt.pk)
    void = receipt_papers.as_pdf(receipt, language="en")
    assert void not in {original, copy}
    assert "Void" in printed(receipt, "en", receipt_papers.VOID)
    assert "money went back to the donor" in printed(receipt, "en", receipt_papers.VOID)
    second = Receipt.objects.live().get()
    assert "RC-2026-000001 of November 24, 2026, which is void" in printed(second, "en")
    assert "Went back" in printed(second, "en")


def test_a_void_one_says_since_which_day_where_the_organisation_is(gift, refund, now, settings):
    refund(gift, 1000)
    voiding = gift.receipts.order_by("pk").first().voiding
    # Half past eleven in the evening, in Madison.
    voiding.voided_at = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
    with timezone.override("America/Chicago"):
        words = printed(voiding.receipt, "en", receipt_papers.VOID)
    assert "Since November 30, 2026" in words


def test_the_thank_you_mail_bears_the_original_and_later_ones_a_copy(gift, now):
    from donations import gifts

    mail = Mail.objects.get(template="donations/gift_thanks")
    ((name, content, kind),) = compose(mail).attachments
    assert (name, kind) == ("RC-2026-000001-en.pdf", "application/pdf")
    receipt = gift.receipts.get()
    assert content == receipt_papers.as_pdf(receipt, language="en", is_original=True)
    again = gifts.thank_again(gift=gift, now=now)
    ((_name, content, _kind),) = compose(again).attachments
    assert content == receipt_papers.as_pdf(receipt, language="en")


def test_the_mail_of_a_refund_bears_the_new_one_or_none(gift, refund, now):
    refund(gift, 1000)
    mail = Mail.objects.get(template="donations/gift_refunded")
    ((name, content, _kind),) = compose(mail).attachments
    assert name == "RC-2026-000002-en.pdf"
    second = Receipt.objects.live().get()
    assert content == receipt_papers.as_pdf(second, language="en", is_original=True)
    assert "the one before is void" in compose(mail).body
    refund(gift, 3150)
    assert compose(mail).attachments == []
    last = compose(Mail.objects.filter(template="donations/gift_refunded").latest("pk"))
    assert last.attachments == []
    assert "Your receipt for it is void." in last.body


def test_what_was_issued_is_made_soon_after(gift):
    assert tasks.keep_receipts() == 1
    assert tasks.keep_receipts() == 0
    assert list(Paper.objects.values_list("key", flat=True)) == ["receipt/RC-2026-000001/en.pdf"]


def test_an_erased_donor_s_papers_are_gone(gift, now):
    receipt = gift.receipts.get()
    receipt_papers.as_pdf(receipt, language="en")
    assert receipts.erase_donor(gift.donor, now=now) == 1
    for language in ("en", "es"):
        with pytest.raises(Erased):
            receipt_papers.as_pdf(receipt, language=language)
    assert compose(Mail.objects.get(template="donations/gift_thanks")).attachments == []
