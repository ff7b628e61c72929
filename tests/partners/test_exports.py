"""The bank's file: approved payouts only, stored with its hash, made again to the byte."""

import csv
import io
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from partners import bank, exports, payouts
from partners.models import BankFile
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    piece,
    sell,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ready(now, *codes):
    """Return approved payouts of programmes of those codes."""
    found = []
    for number, code in enumerate(codes, start=1):
        programme = ProgrammeFactory(code=code)
        bank_details(programme, at=now, number=f"00112233{number:04d}")
        sell(piece(number, programme=code), at=now - 9 * DAY, matures=now - DAY)
        found.append(approved_payout(programme, at=now))
    return found


def test_the_file_holds_the_accounts_and_amounts_and_is_made_again_to_the_byte(now):
    rows = ready(now, "loom", "kiln")
    kept = exports.export(payouts=rows, actor=StaffFactory(), now=now)
    content = exports.remake(kept)
    assert sha256(content).hexdigest() == kept.sha256
    said = list(csv.DictReader(io.StringIO(content.decode())))
    assert [(row["payout"], row["account"], row["amount"]) for row in said] == [
        ("2026-11-loom-usd", "001122330001", "13.00"),
        ("2026-11-kiln-usd", "001122330002", "13.00"),
    ]
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.exported_at) == ("exported", now)
    assert exports.remake(BankFile.objects.get()) == content


def test_no_account_number_is_stored_in_clear(now):
    kept = exports.export(payouts=ready(now, "loom"), actor=StaffFactory(), now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text FROM partners_bankfile b WHERE id = %s", [kept.pk])
        assert "0011223300" not in cursor.fetchone()[0]


@pytest.mark.parametrize("holder", ["=cmd()", "+1", "-1", "@x", "\tx"])
def test_no_name_is_a_formula(now, holder):
    programme = ProgrammeFactory(code="loom")
    proposed = bank.propose(
        programme=programme,
        account=bank.Account(holder, "12345678", "", "US"),
        reason="x",
        actor=StaffFactory(),
        now=now - 9 * DAY,
    )
    bank.approve(
        details=proposed, number="12345678", actor=StaffFactory(), now=now - 8 * DAY, four_eyes=True
    )
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    kept = exports.export(
        payouts=[approved_payout(programme, at=now)], actor=StaffFactory(), now=now
    )
    (row,) = csv.DictReader(io.StringIO(exports.remake(kept).decode()))
    assert row["holder"] == f"'{holder}"


def test_only_approved_payouts_are_exported_and_once(now):
    (payout,) = ready(now, "loom")
    exports.export(payouts=[payout], actor=StaffFactory(), now=now)
    with pytest.raises(payouts.NotPossible):
        exports.export(payouts=[payout], actor=StaffFactory(), now=now)
    other = ProgrammeFactory(code="kiln")
    sell(piece(5, programme="kiln"), at=now - 9 * DAY, matures=now - DAY)
    draft = payouts.propose(programme=other, currency="usd", cut_off=now, actor=None, now=now)
    for wrong in ([draft], []):
        with pytest.raises(payouts.NotPossible):
            exports.export(payouts=wrong, actor=StaffFactory(), now=now)


def test_details_that_changed_after_the_approval_stop_the_export(now):
    (payout,) = ready(now, "loom")
    newer = bank_details(payout.programme, at=now + 20 * DAY, number="99999999")
    assert newer.approved_at > now
    for at in (now + 13 * DAY, now + 20 * DAY):
        with pytest.raises(payouts.NoAccount):
            exports.export(payouts=[payout], actor=StaffFactory(), now=at)


def test_a_file_stays_and_a_change_by_hand_is_told(now):
    kept = exports.export(payouts=ready(now, "loom"), actor=StaffFactory(), now=now)
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        BankFile.objects.update(sha256="0")
    kept.sha256 = "0" * 64
    with pytest.raises(exports.Differs):
        exports.remake(kept)
