"""What each group may do is what docs/staff/rights.md says, page by page and by direct POST."""

import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module

import pytest
from allauth.account.internal.flows import login
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from donations.models import OfflineBatch
from marketplace import orders
from marketplace.models import Order
from marketplace.spreadsheets import files
from partners.models import ClosedMonth, Document
from tests.factories import returns
from tests.factories.allocations import AllocationFactory
from tests.factories.cash import counted, put_in
from tests.factories.closing import compared
from tests.factories.donations import year_issued
from tests.factories.partners import StaffFactory, bank_details, paid_payout, piece, sell
from tests.plugins.processes import ROOT
from tests.templates.test_statements import Site
from weintl.accounts.models import User
from weintl.payments.models import Difference
from weintl.staff import groups
from weintl.staff.models import GivenRight

# One transaction around all of it would keep the chain of other tests from being sealed.
pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
DOCUMENT = ROOT / "docs" / "staff" / "rights.md"
USUAL = {"changelist", "add", "history", "delete", "change", "autocomplete"}
NAMES = list(groups.GROUPS)
# What only hands something out is asked for by GET; whatever acts is held by a direct POST.
READS = {
    "marketplace_cataloguefile_csv",
    "marketplace_lowvariant_csv",
    "marketplace_product_waiting",
    "mail_mail_html",
    "partners_bankfile_file",
    "partners_trial_balance",
    "partners_document_file",
    "marketplace_delivery_csv",
    "partners_statement_paper",
    "marketplace_invoice_paper",
    "donations_receipt_paper",
    "donations_donor_duplicates",
    "donations_donor_year",
    "donations_gift_export",
    "donations_donor_export",
    "donations_receipt_export",
    "donations_yearstatement_paper",
    "marketplace_order_slip",
    "marketplace_order_timeline",
    "marketplace_shipment_slip",
}
WORDS = {"see": "s", "add": "a", "change": "c", "delete": "d"}


def documented() -> dict[str, dict[str, str]]:
    """Return {row: {group: letters}} of the document's tables."""
    found, heads = {}, []
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| |"):
            heads = cells[1:]
        elif line.startswith("| `"):
            found[cells[0].strip("`")] = dict(zip(heads, cells[1:], strict=True))
    return found


@cache
def acts() -> dict[str, tuple[type[Model], list[str]]]:
    """Return {name: (model, words of its address)} of everything beyond Django's usual pages."""
    return {
        pattern.name: (model, list(pattern.pattern.converters))
        for model, page in admin.site._registry.items()
        for pattern in page.urls
        if pattern.name and pattern.name.rsplit("_", 1)[-1] not in USUAL
    }


def label(model: type[Model]) -> str:
    return f"{model._meta.app_label}.{model._meta.model_name}"


def row_of(model: type[Model]) -> Model | None:
    return model._default_manager.order_by("pk").first()


def address(name: str, model: type[Model], words: list[str]) -> str:
    """Return the address of an act on a row that is there.

    Refused must be whoever lacks the right, not whoever asks for what is not there.
    """
    row = row_of(model)
    assert row or not words, f"There is no {label(model)} for {name}."
    known = {"kind": "products", "language": "en", "form": "pdf", "name": "approve", "token": "x"}
    given = {word: known.get(word, row.pk if row else 1) for word in words}
    return reverse(f"admin:{name}", kwargs=given)


def just_proved(person: User) -> Client:
    """Return a browser in which `person` has just proved who they are once more."""
    client = Client()
    client.person = person
    client.force_login(person)
    session = client.session
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client


def is_let_in(answer: HttpResponse) -> bool:
    """Say whether the person may: a form, a question who they are, or nothing there."""
    refused = answer.status_code in {403, 405} or "/accounts/login" in answer.get("Location", "")
    assert refused or answer.status_code in {200, 302, 404, 409}, answer.status_code
    return not refused


def asked(client: Client, method: str, path: str) -> bool:
    """Ask, and undo what the answer did."""
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    return is_let_in(answer)


def letters(client: Client, model: type[Model]) -> str:
    """Return what `client` may do with a model's pages; where it may not change, by direct POST."""
    page = admin.site._registry[model]
    request = RequestFactory().get("/admin/")
    request.user = client.person
    row = row_of(model)
    may = {
        "see": page.has_view_permission(request, row),
        "add": page.has_add_permission(request),
        "change": page.has_change_permission(request, row),
        "delete": page.has_delete_permission(request, row),
    }
    if not may["change"]:
        base = label(model).replace(".", "_")
        number = [row.pk if row else 1]
        assert not asked(client, "post", reverse(f"admin:{base}_change", args=number)), base
    return "".join(WORDS[word] for word, is_allowed in may.items() if is_allowed)


def reality() -> Iterator[tuple[str, str, str]]:
    """Yield (row, group, letters) for everything in the admin."""
    for group in NAMES:
        person = User.objects.create_user(f"{group.replace(' ', '-')}@example.org", is_staff=True)
        person.groups.set(Group.objects.filter(name=group))
        client = just_proved(person)
        for model in admin.site._registry:
            yield label(model), group, letters(client, model)
        for name, (model, words) in acts().items():
            how = "get" if name in READS else "post"
            yield name, group, "x" if asked(client, how, address(name, model, words)) else ""


@pytest.fixture
def everything() -> None:
    """Have at least one row of whatever an act is done to."""
    with transaction.atomic():
        _one_of_each(timezone.now())


def _one_of_each(now: datetime) -> None:
    site = Site(now)
    programme = site.programme
    gift = site.add_gift(now=now - 400 * DAY)
    year_issued(gift.donor, now=now, year=gift.receipts.get().received_on.year)
    orders.mark_sent(order_id=Order.objects.order_by("pk").first().pk, actor=None, now=now)
    returns.asked(returns.arrived(now=now), now=now)
    bank_details(programme, at=now - timedelta(days=1))
    sell(piece(9_001, programme=programme.code), at=now - timedelta(days=90), matures=now - DAY)
    paid_payout(programme, at=now - timedelta(hours=2), paid_at=now)
    OfflineBatch.objects.create(note="Cheques", control_amount=1, created_by=StaffFactory())
    AllocationFactory()
    put_in(9_000, at=now)
    counted(1_000, now=now)
    files.bring(kind="count", name="t.csv", data=b"sku\nA\n", actor=None, now=now)
    month = date(2020, 1, 1)
    ClosedMonth.objects.create(month=month, proposed_by=StaffFactory(), proposed_at=now)
    Document.objects.create(
        partner=programme.partner,
        title="Deed",
        file=ContentFile(b"%PDF-1", "deed.pdf"),
        filename="deed.pdf",
        digest="0",
        uploaded_at=now,
        uploaded_by=StaffFactory(),
    )
    Difference.objects.create(
        reconciliation=compared(now),
        kind=Difference.Kind.values[0],
        object_id="txn_1",
        currency="usd",
        occurred_at=now,
        found_at=now,
    )


def test_each_group_may_do_what_the_document_says_and_no_more(everything):
    groups.ensure()
    found: dict[str, dict[str, str]] = {}
    for row, group, may in reality():
        found.setdefault(row, {})[group] = may
    table = {row: " | ".join(cells.values()) for row, cells in found.items()}
    wanted = {row: " | ".join(cells.values()) for row, cells in documented().items()}
    assert table == wanted


def test_the_document_s_columns_are_the_groups():
    assert all(list(cells) == NAMES for cells in documented().values())


def test_whoever_has_no_group_may_nothing(everything):
    person = User.objects.create_user("nobody@example.org", is_staff=True)
    client = just_proved(person)
    for model in admin.site._registry:
        assert letters(client, model) == "", label(model)
    for name, (model, words) in acts().items():
        how = "get" if name in READS else "post"
        assert not asked(client, how, address(name, model, words)), name


def test_letters_are_explained():
    assert set(re.findall(r"\*\*(\w)\*\*", DOCUMENT.read_text())) == {*"sacdx"}


def held(name: str) -> set[str]:
    """Return what a group may, as `app.codename`."""
    rows = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in rows}


def test_who_packs_sends_and_changes_neither_taxes_vouchers_prices_nor_rates():
    groups.ensure()
    may = held("fulfilment")
    assert {
        "marketplace.change_order",
        "marketplace.change_shipment",
        "marketplace.change_carrier",
        "marketplace.view_waitingorder",
    } <= may
    guarded = ("taxrule", "voucher", "saleprice", "variant", "product", "shippingrate")
    assert not {
        right
        for right in may
        for model in (*guarded, "shippingzone")
        if right.endswith(f"_{model}") and "view" not in right
    }


def test_a_right_is_given_once_and_what_staff_took_away_stays_away():
    groups.ensure()
    group = Group.objects.get(name="shop")
    away = Permission.objects.get(codename="change_taxrule")
    group.permissions.remove(away)
    # As if the model had come with this version: nobody was ever given its rights.
    new = Permission.objects.get(codename="view_shipment")
    group.permissions.remove(new)
    GivenRight.objects.filter(right="marketplace.view_shipment").delete()
    Group.objects.get(name="editor").delete()
    groups.ensure()
    assert "marketplace.view_shipment" in held("shop")
    assert "marketplace.change_taxrule" not in held("shop")
    assert not Group.objects.filter(name="editor").exists()


def test_what_the_table_gives_no_more_is_taken_once():
    groups.ensure()
    group = Group.objects.get(name="fulfilment")
    former = Permission.objects.get(codename="change_voucher")
    group.permissions.add(former)
    GivenRight.objects.create(group="fulfilment", right="marketplace.change_voucher")
    groups.ensure()
    assert "marketplace.change_voucher" not in held("fulfilment")
    group.permissions.add(former)
    groups.ensure()
    assert "marketplace.change_voucher" in held("fulfilment")


def test_an_installation_of_before_gets_new_models_and_loses_what_is_mended():
    migration = import_module("weintl.staff.migrations.0002_rights_of_before")
    groups.ensure()
    GivenRight.objects.all().delete()
    shop, packing = Group.objects.get(name="shop"), Group.objects.get(name="fulfilment")
    # As it was: parcels unknown, one right taken from the shop, taxes open to who packs.
    parcels = Permission.objects.filter(codename__endswith="_shipment")
    for group in Group.objects.all():
        group.permissions.remove(*parcels)
    shop.permissions.remove(Permission.objects.get(codename="change_product"))
    packing.permissions.add(Permission.objects.get(codename="change_taxrule"))
    migration.record(apps, None)
    groups.ensure()
    assert "marketplace.change_shipment" in held("fulfilment")
    assert "marketplace.view_shipment" in held("auditor")
    assert "marketplace.change_taxrule" not in held("fulfilment")
    assert "marketplace.change_product" not in held("shop")
