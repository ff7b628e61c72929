"""The embedded PostgreSQL starts, stops, and survives being killed."""

import os
import signal

import psycopg2
import pytest

from tests.plugins.processes import wait_for
from weintl.embedded import places, postgres, processes


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


def test_a_server_left_behind_by_a_killed_launcher_is_ended_first(server):
    server.start()
    assert count(server.places) == 1
    left = server.child
    other = postgres.Postgres(server.places, settings=server.settings)
    try:
        other.start()
        left.wait(timeout=10)
        assert count(server.places) == 2
    finally:
        other.stop()
    server.child = None


def test_a_process_that_is_not_provably_ours_is_left_alone(server, tmp_path):
    bystander = os.getpid()
    processes.end_leftover(bystander, mark="/no/such/folder", how=signal.SIGKILL)
    assert wait_for(lambda: processes.is_alive(bystander))


def test_the_needed_extensions_are_there(server):
    server.start()
    with psycopg2.connect(postgres.url(server.places)) as link, link.cursor() as cursor:
        for name in ("pg_trgm", "unaccent", "btree_gist"):
            cursor.execute(f"CREATE EXTENSION {name}")
        cursor.execute("SELECT unaccent('ñandú')")
        assert cursor.fetchone()[0] == "nandu"
