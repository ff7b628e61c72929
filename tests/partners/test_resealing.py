"""What older keys sealed is sealed anew; ended anywhere, nothing is lost."""

import signal
import sys
from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from partners import bank, exports, resealing
from partners.models import BankDetails, BankFile
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    piece,
    sell,
)
from tests.plugins.processes import start, stop, wait_for
from weintl import encryption

DAY = timedelta(days=1)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def kept(db, settings, now):
    """Bank details and a file for the bank, sealed with the older of two keys."""
    settings.ENCRYPTION_KEYS = [OLD]
    loom = ProgrammeFactory(code="loom")
    bank_details(loom, at=now)
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    file = exports.export(payouts=[approved_payout(loom, at=now)], actor=StaffFactory(), now=now)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    return file


def rotate(*options: str) -> str:
    told = StringIO()
    call_command("rotate_keys", *options, stdout=told, stderr=told)
    return told.getvalue()


def test_all_is_renewed_once_and_needs_the_new_key_only(kept, settings):
    with pytest.raises(SystemExit):
        rotate("--check")
    assert not encryption.is_newest(BankDetails.objects.get().sealed)
    assert rotate().count("0 had the newest key, 1 renewed") == 2
    settings.ENCRYPTION_KEYS = [NEW]
    before = [BankDetails.objects.get().sealed, BankFile.objects.get().sealed]
    assert rotate("--check").count("1 had the newest key, 0 renewed") == 2
    rotate()
    assert [BankDetails.objects.get().sealed, BankFile.objects.get().sealed] == before
    assert bank.opened(BankDetails.objects.get()).number == "001234567890"
    assert b"001234567890" in exports.remake(BankFile.objects.get())


def test_what_no_key_opens_is_named_and_left(kept, settings):
    before = BankDetails.objects.get().sealed
    settings.ENCRYPTION_KEYS = [NEW]
    found = list(resealing.reseal())
    assert [(tally.renewed, len(tally.lost)) for tally in found] == [(0, 1), (0, 1)]
    assert BankDetails.objects.get().sealed == before
    with pytest.raises(SystemExit):
        rotate()


@pytest.mark.parametrize("model", [BankDetails, BankFile])
def test_nothing_else_changes_under_that_word(kept, model):
    change = {"masked": "x"} if model is BankDetails else {"sha256": "x"}
    for word, fields in (("off", {"sealed": "x"}), ("on", {**change, "sealed": "x"})):
        with pytest.raises(IntegrityError, match="stay"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('weintl.resealing', %s, true)", [word])
            model.objects.update(**fields)


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_where_it_was(settings, now, tmp_path):
    settings.ENCRYPTION_KEYS = [OLD]
    loom = ProgrammeFactory(code="loom")
    for number in range(400):
        bank.propose(
            programme=loom,
            account=bank.Account("Loom", f"{number:012d}", "", "US"),
            reason="x",
            actor=StaffFactory() if not number else BankDetails.objects.first().proposed_by,
            now=now,
        )
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    keys = {"ENCRYPTION_KEYS": f"{NEW},{OLD}"}
    command = [sys.executable, "manage.py", "rotate_keys"]

    def renewed() -> int:
        return sum(encryption.is_newest(row.sealed) for row in BankDetails.objects.all())

    with transaction.atomic():
        # It cannot come to its end, however slow this machine looks on.
        BankDetails.objects.select_for_update().order_by("pk").last()
        process = start(command, log=tmp_path / "log", **keys)
        wait_for(renewed, seconds=60, step=0.01)
        stop(process, how=signal.SIGKILL)
    assert 0 < renewed() < 400, "it was not killed in the middle"
    numbers = [bank.opened(row).number for row in BankDetails.objects.order_by("pk")]
    assert numbers == [f"{number:012d}" for number in range(400)]
    rotate()
    settings.ENCRYPTION_KEYS = [NEW]
    assert [bank.opened(row).number for row in BankDetails.objects.order_by("pk")] == numbers
