"""The embedded Valkey starts, answers and leaves nothing."""

import pytest
import redis

from weintl.embedded import places, valkey


@pytest.fixture
def place(tmp_path):
    tmp_path.chmod(0o755)
    found = places.find(tmp_path)
    yield found
    found.forget()


def test_it_answers_on_its_socket_and_ends_cleanly(place):
    server = valkey.Valkey(place)
    server.start(databases=4)
    client = redis.Redis.from_url(server.url(number=3))
    assert client.ping()
    client.close()
    server.stop()
    assert not server.pid_file.exists()


def test_one_left_behind_is_ended_first(place):
    left = valkey.Valkey(place)
    left.start()
    server = valkey.Valkey(place)
    server.start()
    assert left.child.wait(timeout=10) is not None
    server.stop()
