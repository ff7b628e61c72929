"""What was backed up comes back whole, into an empty installation only."""

import json
import shutil
import threading

import pytest
from django.db import connection
from django.utils import timezone

from partners.models import Account, Entry, Seal
from weintl.backups import contents, making
from weintl.media import consents, withdrawals
from weintl.media.models import ConsentRecord, Picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(lived_in, tmp_path):
    folder = tmp_path / "backups" / "one"
    making.make(folder, now=timezone.now())
    return folder


def test_all_of_it_comes_back_and_holds(backup, empty):
    balances = dict(Account.objects.values_list("code", "credits"))
    seals = list(Seal.objects.values_list("position", "digest"))
    answer = empty.manage("restore", backup)
    assert answer.returncode == 0, answer.stderr
    assert "checks, no breach." in answer.stdout
    assert "No list of withdrawn consents" in answer.stdout
    with empty.database():
        assert dict(Account.objects.values_list("code", "credits")) == balances
        assert list(Seal.objects.values_list("position", "digest")) == seals
        assert Picture.objects.count() == 1
    files = [path for path in (empty.folder / "media").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"pixels of somebody"]
    assert empty.manage("verify").returncode == 0


def test_it_is_one_moment_though_everything_runs(lived_in, give, tmp_path, empty):
    stop, faults = threading.Event(), []

    def live() -> None:
        try:
            while not stop.is_set():
                give()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    living = threading.Thread(target=live)
    living.start()
    try:
        making.make(tmp_path / "one", now=timezone.now())
    finally:
        stop.set()
        living.join()
    assert not faults
    answer = empty.manage("restore", tmp_path / "one")
    assert answer.returncode == 0, answer.stderr
    with empty.database():
        restored = Entry.objects.count()
    assert 0 < restored <= Entry.objects.count()


def test_what_was_withdrawn_since_is_withdrawn_again(backup, lived_in, empty, settings):
    consents.withdraw(code=lived_in.code, now=timezone.now())
    withdrawals.write_down()
    shutil.copy(settings.WITHDRAWALS_FILE, empty.folder / "withdrawals")
    answer = empty.manage("restore", backup)
    assert "No list" not in answer.stdout
    assert answer.returncode == 0, answer.stderr
    assert f"{lived_in.code} withdrawn again" in answer.stdout
    with empty.database():
        assert ConsentRecord.objects.get().withdrawn_at is not None
        assert not Picture.objects.exists()
    assert not [path for path in (empty.folder / "media").rglob("*") if path.is_file()]


def test_nothing_is_ever_written_over(backup, empty):
    assert empty.manage("restore", backup).returncode == 0
    with empty.database():
        before = Entry.objects.count()
    answer = empty.manage("restore", backup)
    assert answer.returncode == 1
    assert "The database is not empty" in answer.stderr
    with empty.database():
        assert Entry.objects.count() == before


def test_a_folder_with_files_is_refused_before_the_database_is_touched(backup, empty):
    (empty.folder / "media").mkdir()
    (empty.folder / "media" / "kept.webp").write_bytes(b"")
    assert "is not empty" in empty.manage("restore", backup).stderr
    with empty.database():
        assert not connection.introspection.table_names()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: (folder / contents.LIST).unlink(), "holds no whole backup"),
        (lambda folder: (folder / contents.LIST).write_text("{}"), "does not know"),
        (lambda folder: (folder / contents.DUMP).unlink(), "is missing or was changed"),
        (lambda folder: (folder / contents.FILES).write_bytes(b"x"), "is missing or was changed"),
    ],
    ids=["no list", "another list", "no dump", "other files"],
)
def test_a_broken_backup_is_refused(backup, empty, harm, words):
    harm(backup)
    answer = empty.manage("restore", backup)
    assert answer.returncode == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    with empty.database():
        assert not connection.introspection.table_names()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"migrations": {"partners": "9999_later"}}, "of a newer version of weintl"),
        ({"server": 99}, "this server is older"),
        ({"chain_digest": "0" * 64}, "The ledger's chain differs"),
    ],
    ids=["newer version", "newer server", "other chain"],
)
def test_what_does_not_fit_is_told(backup, empty, change, words):
    given = json.loads((backup / contents.LIST).read_text())
    (backup / contents.LIST).write_text(json.dumps(given | change))
    answer = empty.manage("restore", backup)
    assert answer.returncode == 1
    assert words in answer.stderr
