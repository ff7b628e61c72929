"""A backup is whole or there is none."""

import stat

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from weintl.backups import contents, making, programs
from weintl.backups.trouble import Trouble

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_holds_database_files_and_a_list_and_is_nobody_else_s_business(lived_in, tmp_path):
    folder = tmp_path / "backups" / "one"
    made = making.make(folder, now=timezone.now())
    names = {path.name for path in folder.iterdir()}
    assert names == {contents.DUMP, contents.FILES, contents.LIST}
    assert contents.read(folder) == made
    assert made.chain_position > 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_is_never_overwritten(lived_in, tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(Trouble, match="never overwrites"):
        making.make(tmp_path / "one", now=timezone.now())


def test_one_that_fails_leaves_nothing(lived_in, tmp_path, monkeypatch):
    monkeypatch.setitem(programs.VARIABLES, "host", "PGNOTHING")
    with pytest.raises(Trouble, match="pg_dump failed"):
        making.make(tmp_path / "one", now=timezone.now())
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("one")]


def test_the_command_keeps_so_many(lived_in, tmp_path, capsys):
    home = tmp_path / "backups"
    for name in ("20200101T000000Z", "20200102T000000Z"):
        making.make(home / name, now=timezone.now())
    (home / "20190101T000000Z").mkdir()
    call_command("backup", to=home, keep=2)
    assert "MB, ledger sealed up to" in capsys.readouterr().out
    kept = sorted(path.name for path in home.iterdir())
    assert len(kept) == 3
    assert "20200101T000000Z" not in kept
    # What is no backup is not ours to remove.
    assert kept[0] == "20190101T000000Z"


def test_a_place_that_cannot_be_written_is_named(lived_in, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", to=tmp_path / "file")


def test_a_program_that_is_too_old_is_not_used(transactional_db, tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.find("pg_dump") != old
    with pytest.raises(Trouble, match="There is no pg_nothing"):
        programs.find("pg_nothing")
