"""Bring an installation up to date before its processes start: safe to run every time."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from weintl.staff import groups


class Command(BaseCommand):
    """Migrations that have not run, static files that have changed; nothing else."""

    help = "Runs missing migrations and collects changed static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do only what is needed, so that a second start is quick."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
            # Models that are new to this installation have rights now, which no group has yet.
            groups.ensure()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        mark = settings.STATIC_ROOT / ".collected"
        state = _state_of_static_files()
        if not mark.exists() or mark.read_text() != state:
            call_command("collectstatic", interactive=False, verbosity=0)
            mark.write_text(state)


def _state_of_static_files() -> str:
    """Return a digest of all static files' paths, sizes and times."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
