"""Restore a backup into an empty installation: `make restore FROM=folder`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from weintl.backups import restoring
from weintl.backups.trouble import Trouble


class Command(BaseCommand):
    """Exit 1 if nothing was restored, or if what was restored breaks an invariant."""

    help = "Restores a backup into an empty database and data folder, and verifies it."
    # The database is empty: there is nothing to check yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the backup's folder and the list of withdrawn consents."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--withdrawals",
            type=Path,
            metavar="FILE",
            help="the newest list that was kept apart; else the data folder's",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what came of it."""
        try:
            outcome = restoring.restore(
                options["folder"], now=timezone.now(), withdrawn=options["withdrawals"]
            )
        except (Trouble, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"Restored what was backed up at {outcome.made_at}.")
        if not (options["withdrawals"] or settings.WITHDRAWALS_FILE).exists():
            # Right only where nobody has ever taken a consent back.
            self.stdout.write(
                f"No list of withdrawn consents at {settings.WITHDRAWALS_FILE}: none was withdrawn"
                " again. If there is one, restore anew with it."
            )
        for code, words in outcome.withdrawn.items():
            self.stdout.write(f"{code} {words}")
        if outcome.breaches:
            raise CommandError("\n".join(outcome.breaches))
        self.stdout.write(f"{outcome.checks} checks, no breach.")
