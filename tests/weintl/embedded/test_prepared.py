"""A second start leaves out the preparation only while nothing has changed."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.plugins.processes import database_url
from weintl.embedded import prepared

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the files that are looked at."""
    for name in (
        "requirements/base.txt",
        "weintl/settings.py",
        "partners/migrations/0001_initial.py",
        "static/css/base.css",
        "public/.collected",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    return tmp_path


def _state(project: Path) -> str:
    return prepared.state(database_url=database_url(), static_root=project / "public", root=project)


def test_nothing_changed_means_the_same_state(project):
    assert _state(project) == _state(project)


@pytest.mark.parametrize(
    "name",
    [
        "requirements/base.txt",
        "weintl/settings.py",
        "partners/migrations/0002_more.py",
        "static/css/new.css",
        "static/css/base.css",
        "public/.collected",
    ],
)
def test_a_changed_file_changes_the_state(project, name):
    before = _state(project)
    (project / name).write_text("another")
    assert _state(project) != before


def test_static_files_that_were_lost_change_the_state(project):
    before = _state(project)
    (project / "public/.collected").unlink()
    assert _state(project) != before


def test_another_database_changes_the_state(project):
    before = _state(project)
    row = MigrationRecorder.Migration.objects.create(app="partners", name="9999_only_here")
    try:
        assert _state(project) != before
    finally:
        row.delete()


def test_an_empty_database_has_a_state_too(project):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO set_aside")
    try:
        assert _state(project)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE set_aside RENAME TO django_migrations")
