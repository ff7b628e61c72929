"""Staff add funds, follow gifts and refund them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from donations import guard, tributes
from donations.models import Fund, Gift
from partners import accounts, ledger
from partners.models import Entry
from tests.factories.donations import FundFactory, GiftFactory
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments import refunds
from weintl.payments.models import Dispute, Refund


def test_a_new_fund_appears_on_the_give_page(staff):
    answer = staff.post(
        reverse("admin:donations_fund_add"),
        {
            "name_en": "Rent in a bad month",
            "name_es": "Alquiler en un mes malo",
            "key": "rent",
            "use": "long_term_care",
            "position": 1,
            "is_open": "on",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    assert Fund.objects.get().key == "rent"
    assert "Rent in a bad month" in staff.get("/en/give/").content.decode()
    assert "Alquiler en un mes malo" in staff.get("/es/give/").content.decode()


def test_a_funds_account_never_changes(staff):
    fund = FundFactory()
    staff.post(
        reverse("admin:donations_fund_change", args=[fund.pk]),
        {"name_en": "X", "name_es": "Y", "key": "z", "use": "legal_aid", "position": 2},
    )
    fund.refresh_from_db()
    assert (fund.name_en, fund.use, fund.is_open) == ("X", "education", False)


def test_a_gifts_page_shows_who_gave_and_in_whose_name(staff, paid):
    gift = paid(giver="organisation", organisation_name="Loom Ltd", note="Spend it well")
    tributes.keep(tributes.Wish(kind="memory", honoured_name="Ines Prado"), gift=gift)
    page = staff.get(reverse("admin:donations_gift_change", args=[gift.pk])).content.decode()
    for words in ("Loom Ltd", "Spend it well", "Ines Prado"):
        assert words in page
    found = staff.get(reverse("admin:donations_gift_changelist"), {"q": "Loom"}).content.decode()
    assert gift.number in found


def test_a_gifts_page_leads_to_payment_donor_mails_and_entries(staff, paid):
    gift = paid()
    html = staff.get(reverse("admin:donations_gift_change", args=[gift.pk])).content.decode()
    for name, row in (
        ("payments_payment", gift.payment),
        ("donations_donor", gift.donor),
        ("mail_mail", Mail.objects.get()),
    ):
        assert reverse(f"admin:{name}_change", args=[row.pk]) in html
    for entry in Entry.objects.all():
        assert reverse("admin:partners_entry_change", args=[entry.pk]) in html
    assert reverse("admin:donations_gift_refund", args=[gift.pk]) in html


def test_gifts_are_found_by_address_and_number(staff, paid):
    gift = paid()
    GiftFactory()
    listing = reverse("admin:donations_gift_changelist")
    for words in (gift.donor.email, str(gift.public_id)):
        html = staff.get(listing, {"q": words}).content.decode()
        assert html.count("G-") >= 1
        assert "1 gift" in html


def test_money_is_not_typed(staff, paid):
    gift = paid()
    staff.post(reverse("admin:donations_gift_change", args=[gift.pk]), {"amount": "1"})
    assert Gift.objects.get().amount == 4000
    assert staff.get(reverse("admin:donations_gift_add")).status_code == 403


def refund_form(**changes):
    return {"amount": "10.00", "reason": "Asked for it", "request_key": "once", **changes}


def test_a_refund_is_asked_for_once_and_goes_back(staff, client, standin, right_now):
    FundFactory(key="education")
    client.post(
        "/en/give/",
        {
            "choice": "4000",
            "fund": "education",
            "email": "a@example.org",
            "submission_key": guard.new_form(),
        },
    )
    gift = Gift.objects.get()
    standin.pay(gift.payment.session_id)
    client.get(reverse("donations:thanks", args=[gift.token]))
    address = reverse("admin:donations_gift_refund", args=[gift.pk])
    assert "$40.00 is left" in staff.get(address).content.decode()
    asked = staff.post(address, refund_form()).content.decode()
    assert "What will happen" in asked
    assert "the fund bears it" in asked
    assert not Refund.objects.exists()
    for _ in range(2):
        assert staff.post(address, refund_form(confirmed="1")).status_code == 302
    row = Refund.objects.get()
    assert (row.amount, row.reason, row.requested_by.email) == (
        1000,
        "Asked for it",
        "staff@example.org",
    )
    refunds.send(refund_id=row.pk, now=right_now)
    gift.refresh_from_db()
    assert (gift.state, gift.refunded_amount) == ("partly_refunded", 1000)
    assert ledger.balance(accounts.fund("usd", "", "education")) == 3000


@pytest.mark.parametrize("amount", ["40.01", "0", "x"])
def test_a_wrong_amount_is_not_refunded(staff, paid, amount):
    gift = paid()
    answer = staff.post(
        reverse("admin:donations_gift_refund", args=[gift.pk]), refund_form(amount=amount)
    )
    assert answer.status_code == 200
    assert not Refund.objects.exists()


def test_a_refund_asks_for_a_fresh_sign_in(client, paid):
    client.force_login(User.objects.create_superuser("b@example.org", "correct-horse-battery"))
    answer = client.get(reverse("admin:donations_gift_refund", args=[paid().pk]))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_an_unpaid_gift_is_not_refunded(staff):
    gift = GiftFactory()
    answer = staff.post(reverse("admin:donations_gift_refund", args=[gift.pk]), refund_form())
    assert answer.status_code == 302
    assert not Refund.objects.exists()


def test_a_renewed_link_is_mailed_and_the_old_one_leads_nowhere(staff, paid):
    gift = paid()
    old = gift.get_absolute_url()
    staff.post(
        reverse("admin:donations_gift_changelist"),
        {"action": "renew_link", "_selected_action": [gift.pk]},
    )
    gift.refresh_from_db()
    assert staff.get(old).status_code == 404
    assert gift.get_absolute_url() in Mail.objects.latest("pk").context["url"]


def contest(gift, state, *amounts):
    """Let a bank contest a gift; it holds what was taken and not given back."""
    rows = [
        {"id": f"txn_{n}", "amount": amount, "fee": 0, "net": amount, "currency": "usd",
         "created": 1}
        for n, amount in enumerate(amounts)
    ]  # fmt: skip
    return Dispute.objects.create(
        payment=gift.payment, dispute_id="du_1", state=state, amount=gift.total.amount,
        currency="usd", opened_at=timezone.now(), balance_transactions=rows,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "amounts", "may"),
    [
        ("needs_response", [-4000], False),
        ("lost", [-4000], False),
        ("lost", [-1000], False),
        ("won", [-4000, 4000], True),
        ("warning_needs_response", [], True),
    ],
)
def test_what_a_bank_holds_is_not_promised_back(staff, paid, state, amounts, may):
    gift = paid()
    contest(gift, state, *amounts)
    address = reverse("admin:donations_gift_refund", args=[gift.pk])
    answer = staff.post(address, refund_form(confirmed="1"), follow=True)
    assert Refund.objects.exists() is may
    assert ("contests this gift" in answer.content.decode()) is not may


def test_a_gift_that_went_back_offers_no_further_refund(staff, paid, refund):
    gift = paid()
    refund(gift, 4000)
    address = reverse("admin:donations_gift_refund", args=[gift.pk])
    assert "All of this gift went back" in staff.get(address, follow=True).content.decode()


def test_of_a_cheque_no_card_is_spoken(staff, paid):
    gift = paid(way="cheque")
    page = staff.get(reverse("admin:donations_gift_refund", args=[gift.pk])).content.decode()
    assert "a cheque that bounced" in page
    assert "card that paid" not in page


def test_each_box_of_the_list_of_funds_names_what_it_is_and_of_which_fund(staff):
    FundFactory(name_en="Rent & more")
    page = staff.get(reverse("admin:donations_fund_changelist")).content.decode()
    assert 'aria-label="Position: Rent &amp; more"' in page
    assert 'aria-label="Open for gifts: Rent &amp; more"' in page


def test_the_search_box_of_a_list_has_a_label_in_words(staff):
    listing = reverse("admin:donations_gift_changelist")
    assert 'class="visually-hidden">Search</span></label>' in staff.get(listing).content.decode()
