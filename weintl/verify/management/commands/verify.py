"""Recompute the invariants from the database alone."""

from typing import Any

from django.core.management.base import BaseCommand

from weintl.verify import collect


class Command(BaseCommand):
    """Exit 0 if all hold; else 1 and a line for each breach."""

    help = "Recomputes the invariants from the database alone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check on one snapshot of the database."""
        checks = collect.checks()
        found = collect.all_breaches(checks)
        for breach in found:
            self.stderr.write(f"{breach.check}: {breach.sentence}")
        if found:
            self.stderr.write(f"{len(found)} breaches in {len(checks)} checks.")
            raise SystemExit(1)
        self.stdout.write(f"{len(checks)} checks, no breach.")
