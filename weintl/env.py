"""Typed readers of the environment: each variable is read once, in settings, and fails loudly.

`make run` writes what it chose (addresses of its servers, generated secrets) to
`<DATA_DIR>/environment`; it serves as a default for commands given in another shell.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Return the data folder, absolute; `DATA_DIR`, else .data beside manage.py."""
    return (BASE_DIR / os.environ.get("DATA_DIR", ".data")).resolve()


def load() -> environ.Env:
    """Return the reader, with the data folder's environment file as defaults."""
    reader = environ.Env()
    written = data_dir() / "environment"
    if written.is_file() and os.access(written, os.R_OK):
        environ.Env.read_env(str(written))
    return reader


def url(value: str, *, name: str) -> str:
    """Return an http(s) address without a closing slash, else raise ImproperlyConfigured."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ImproperlyConfigured(f"{name} must be an address such as https://example.org.")
    return value.rstrip("/")


def time_zone(value: str) -> str:
    """Return the name of a time zone that exists, else raise ImproperlyConfigured."""
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ImproperlyConfigured(
            "DISPLAY_TIME_ZONE names no time zone; write one such as America/Chicago."
        ) from error


def database(value: str) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL address; others are refused.

    A socket folder is given as `postgresql://user@/name?host=/folder`.
    """
    config = environ.Env.db_url_config(value)
    if not str(config.get("ENGINE", "")).endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://.")
    return dict(config)


def broker(redis_url: str) -> str:
    """Return the address as Celery wants it: a socket needs its own scheme."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        number = parse_qs(parts.query).get("db", ["0"])[0]
        return f"redis+socket://{parts.path}?virtual_host={number}"
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("REDIS_URL must start with redis://, rediss:// or unix://.")
    return redis_url


def buckets(read: environ.Env, *, name: str, address: str) -> dict[str, dict[str, Any]]:
    """Return the storages of pictures and of private papers in the bucket `name`.

    Pictures stand under our own `address`: pages load nothing from other hosts, and a CDN keeps
    them. Papers lie under `private/` and have no address.
    """
    place = urlsplit(address)
    options = {
        "bucket_name": name,
        "endpoint_url": read.str("S3_ENDPOINT_URL", default="") or None,
        "region_name": read.str("S3_REGION", default="") or None,
        "access_key": read.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": read.str("S3_SECRET_KEY", default="") or None,
        "file_overwrite": False,
    }
    pictures = {
        "custom_domain": f"{place.netloc}{place.path.rstrip('/')}",
        "url_protocol": f"{place.scheme}:",
    }
    papers = {"location": "private", "default_acl": "private"}
    backend = "storages.backends.s3.S3Storage"
    return {
        "default": {"BACKEND": backend, "OPTIONS": {**options, **pictures}},
        "private": {"BACKEND": backend, "OPTIONS": {**options, **papers}},
    }
