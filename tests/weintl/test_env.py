"""Addresses in the environment are read strictly."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from weintl import env


def test_a_socket_folder_may_stand_in_the_query():
    config = env.database("postgresql://weintl@/weintl?host=/tmp/folder")
    assert config["NAME"] == "weintl"
    assert config["OPTIONS"]["host"] == "/tmp/folder"


@pytest.mark.parametrize("value", ["sqlite:///x.db", "mysql://a@b/c"])
def test_only_postgresql_is_taken(value):
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        env.database(value)


@pytest.mark.parametrize(
    ("value", "broker"),
    [
        ("unix:///tmp/v.sock?db=3", "redis+socket:///tmp/v.sock?virtual_host=3"),
        ("unix:///tmp/v.sock", "redis+socket:///tmp/v.sock?virtual_host=0"),
        ("redis://127.0.0.1:6379/1", "redis://127.0.0.1:6379/1"),
    ],
)
def test_celery_gets_its_own_spelling(value, broker):
    assert env.broker(value) == broker


@pytest.mark.parametrize("value", ["Chicago", "", "../etc/passwd", "UTC\0"])
def test_a_time_zone_must_exist(value):
    with pytest.raises(ImproperlyConfigured, match="DISPLAY_TIME_ZONE"):
        env.time_zone(value)
    assert env.time_zone("America/Chicago") == "America/Chicago"


def test_an_unknown_broker_is_refused():
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        env.broker("amqp://somewhere")


@pytest.mark.parametrize("value", ["example.org", "ftp://example.org", "https://"])
def test_an_address_needs_scheme_and_host(value):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        env.url(value, name="SITE_URL")


def test_papers_in_a_bucket_lie_apart_and_have_no_address_of_ours(monkeypatch):
    monkeypatch.setenv("S3_ACCESS_KEY", "a")
    storages = env.buckets(environ.Env(), name="b", address="https://we.example/media/")
    pictures, papers = (storages[name]["OPTIONS"] for name in ("default", "private"))
    assert pictures["custom_domain"] == "we.example/media"
    assert pictures["access_key"] == papers["access_key"] == "a"
    assert papers["location"] == "private"
    assert "custom_domain" not in papers
