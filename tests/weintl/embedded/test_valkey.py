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
    server.stop()
    with pytest.raises(redis.ConnectionError):
        client.ping()
