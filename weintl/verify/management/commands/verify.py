"""Recompute the invariants from the database alone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from weintl.verify import collect, nightly


class Command(BaseCommand):
    """Exit 0 if all hold; else 1 and a line for each breach."""

    help = "Recomputes the invariants from the database alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--keep`."""
        parser.add_argument(
            "--keep",
            action="store_true",
            help="also show staff what is broken, and what is mended, as each night does",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check on one snapshot of the database."""
        now = timezone.now()
        checks = collect.checks()
        found = collect.all_breaches(checks)
        if options["keep"]:
            nightly.keep(found, checks=len(checks), now=now)
        for breach in found:
            self.stderr.write(f"{breach.check}: {breach.sentence}")
        if found:
            self.stderr.write(f"{len(found)} breaches in {len(checks)} checks.")
            raise SystemExit(1)
        self.stdout.write(f"{len(checks)} checks, no breach.")
