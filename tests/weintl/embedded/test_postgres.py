"""The embedded PostgreSQL starts, stops, and survives being killed."""

import os
import signal
import subprocess

import psycopg2
import pytest

from weintl.embedded import places, postgres


@pytest.fixture
def server(tmp_path):
    tmp_path.chmod(0o755)
    place = places.find(tmp_path)
    found = postgres.Postgres(place)
    yield found
    found.stop()
    place.forget()


def count(place):
    with psycopg2.connect(postgres.url(place)) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS kept (x int)")
        cursor.execute("INSERT INTO kept VALUES (1)")
        cursor.execute("SELECT count(*) FROM kept")
        return cursor.fetchone()[0]


def test_data_survive_a_stop_and_a_kill(server):
    server.start()
    assert count(server.places) == 1
    server.stop()
    server.start()
    assert count(server.places) == 2
    killed = server.child
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    server.start()
    assert count(server.places) == 3


def test_a_pid_file_whose_number_another_process_bears_is_no_hindrance(server):
    server.start()
    assert count(server.places) == 1
    os.kill(server.child.pid, signal.SIGKILL)
    server.child.wait()
    file = server.places.database / "postmaster.pid"
    bystander = subprocess.Popen(
        ["sleep", "60"],
        user=server.places.account.pw_uid if server.places.account else None,
    )
    try:
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        server.start()
        assert count(server.places) == 2
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_the_needed_extensions_are_there(server):
    server.start()
    with psycopg2.connect(postgres.url(server.places)) as link, link.cursor() as cursor:
        for name in ("pg_trgm", "unaccent", "btree_gist"):
            cursor.execute(f"CREATE EXTENSION {name}")
        cursor.execute("SELECT unaccent('ñandú')")
        assert cursor.fetchone()[0] == "nandu"


def test_the_log_names_the_rule_that_a_row_broke_and_none_of_its_words(server):
    server.start()
    with psycopg2.connect(postgres.url(server.places)) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE told (words text, CONSTRAINT told_short CHECK (words = ''))")
        with pytest.raises(psycopg2.errors.CheckViolation):
            cursor.execute("INSERT INTO told VALUES ('Marigold')")
    log = server.log.read_text()
    assert "told_short" in log
    assert "Marigold" not in log
