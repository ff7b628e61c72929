"""Recompute the invariants from the database alone."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from weintl.verify import collect


class Command(BaseCommand):
    """Exit 0 if all hold; else 1 and a line for each breach."""

    help = "Recomputes the invariants from the database alone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check on one snapshot of the database."""
        found = 0
        checks = collect.checks()
        with transaction.atomic():
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for check in checks:
                for breach in collect.breaches(check):
                    found += 1
                    self.stderr.write(f"{breach.check}: {breach.sentence}")
        if found:
            self.stderr.write(f"{found} breaches in {len(checks)} checks.")
            raise SystemExit(1)
        self.stdout.write(f"{len(checks)} checks, no breach.")
