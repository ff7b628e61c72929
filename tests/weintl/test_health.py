"""What load balancers and people on call ask."""

import pytest


def test_alive_needs_no_database(client):
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_ready_when_database_broker_and_migrations_are_there(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert answer.json()["broker"] == "ok"
    assert answer.json()["waiting"]["events"]["n"] == 0


@pytest.mark.django_db
def test_not_ready_without_a_broker(client, monkeypatch):
    monkeypatch.setattr(
        "weintl.health.app.connection_for_write",
        lambda **options: __import__("kombu").Connection("redis://127.0.0.1:1/0", **options),
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"
