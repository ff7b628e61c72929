"""Back up database and files while everything runs: `make backup`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from weintl.backups import making
from weintl.backups.trouble import Trouble


class Command(BaseCommand):
    """Exit 1 with one sentence if there is no backup."""

    help = "Writes a backup of the database and its files into a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a folder, and how many backups to keep there."""
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="where backups are kept")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="remove older ones")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make one; say where it is."""
        now = timezone.now()
        home: Path = options["to"] or settings.DATA_DIR / "backups"
        folder = home / now.strftime("%Y%m%dT%H%M%SZ")
        try:
            made = making.make(folder, now=now)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        size = sum((folder / name).stat().st_size for name in made.files) / 1_000_000
        self.stdout.write(f"{folder}: {size:.1f} MB, ledger sealed up to {made.chain_position}.")
        for path in making.keep(home, newest=options["keep"]):
            self.stdout.write(f"{path} was removed.")
