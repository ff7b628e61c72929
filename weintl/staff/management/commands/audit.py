"""Hand the whole ledger to an auditor: `manage.py audit export FOLDER`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from weintl.audit import export


class Command(BaseCommand):
    """Exit 1 with one sentence if nothing was written."""

    help = "Writes the ledger without personal data, with a program that recomputes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and the folder."""
        parser.add_argument("act", choices=["export"])
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write; say what was written and how to recompute it."""
        folder: Path = options["folder"]
        try:
            counts = export.export(folder, now=timezone.now())
        except export.Taken as taken:
            raise CommandError(str(taken)) from taken
        except OSError as error:
            raise CommandError(f"Nothing could be written: {error.strerror}.") from error
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
        self.stdout.write(f"Recompute it with: python3 {folder / export.PROGRAM}")
