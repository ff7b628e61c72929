"""Production refuses unsafe values in one sentence; the database driver is psycopg2."""

import os
import subprocess
import sys

import pytest
from django.db import connection

SAFE = {
    "SITE_URL": "https://we.example",
    "SECRET_KEY": "k7Jq2-nB8xV4mW1zR9tL5cD3fG6hP0sA-yU+eI_oKjHgFdS%QwE",
    "DATABASE_URL": "postgresql://a@127.0.0.1/b",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "STRIPE_SECRET_KEY": "rk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}


def start(tmp_path, code="import weintl.settings as s; print(s.PRODUCTION)", **changes):
    values = {**SAFE, "DATA_DIR": str(tmp_path), **changes}
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **{key: value for key, value in values.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )


def test_pages_and_the_admin_count_days_as_papers_do(tmp_path):
    code = (
        "import weintl.settings as s; print(s.TIME_ZONE, s.DATABASES['default'].get('TIME_ZONE'))"
    )
    assert start(tmp_path, code, DISPLAY_TIME_ZONE="America/Chicago").stdout.split() == [
        "America/Chicago",
        "None",
    ]


def test_safe_production_values_start(tmp_path):
    assert start(tmp_path).stdout.strip() == "True"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too weak"),
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is not set"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is not set"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8400"}, "STRIPE_API_BASE names a stand-in"),
        ({"DISPLAY_TIME_ZONE": "Chicago"}, "DISPLAY_TIME_ZONE names no time zone"),
    ],
)
def test_production_refuses_unsafe_values(tmp_path, changes, sentence):
    answer = start(tmp_path, **changes)
    assert answer.returncode != 0
    assert sentence in answer.stderr


def test_production_refuses_the_demonstrations_data(tmp_path):
    (tmp_path / "DEMONSTRATION").touch()
    assert "demonstration" in start(tmp_path).stderr


def test_pictures_in_a_bucket_are_shown_under_our_own_address(tmp_path):
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'weintl.settings';"
        "from django.core.files.storage import default_storage as files;"
        "print(files.url('pictures/a.webp'))"
    )
    bucket = {"S3_BUCKET": "b", "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "s"}
    answer = start(tmp_path, code, **bucket)
    assert answer.stdout.strip() == "https://we.example/media/pictures/a.webp", answer.stderr


def test_faults_leave_without_values_of_variables(tmp_path):
    code = (
        "import weintl.settings, sentry_sdk;"
        "options = sentry_sdk.get_client().options;"
        "print(options['include_local_variables'], options['send_default_pii'])"
    )
    answer = start(tmp_path, code, SENTRY_DSN="http://key@127.0.0.1:1/1")
    assert answer.stdout.strip() == "False False", answer.stderr


def test_faults_leave_without_the_words_searched_for(tmp_path):
    code = (
        "import weintl.settings, sentry_sdk;"
        "clean = sentry_sdk.get_client().options['before_send'];"
        "print(clean({'request': {'query_string': 'q=a', 'url': 'u'}}, {}), clean({}, {}))"
    )
    answer = start(tmp_path, code, SENTRY_DSN="http://key@127.0.0.1:1/1")
    assert answer.stdout.strip() == "{'request': {'url': 'u'}} {}", answer.stderr


@pytest.mark.django_db
def test_the_driver_is_psycopg2():
    connection.ensure_connection()
    assert type(connection.connection).__module__.startswith("psycopg2")
