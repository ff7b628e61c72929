"""Encrypt with the newest of ENCRYPTION_KEYS what older ones sealed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import resealing
from weintl import encryption


class Command(BaseCommand):
    """Safe to repeat and to end anywhere. Exit 1 while a row needs an older key or has none."""

    help = "Encrypts bank details and files for the bank anew, with the newest of ENCRYPTION_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--check`."""
        parser.add_argument(
            "--check", action="store_true", help="only count what still needs an older key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each table."""
        is_done = True
        try:
            for tally in resealing.reseal(is_trial=options["check"]):
                is_done = is_done and not tally.waiting and not tally.lost
                self.stdout.write(
                    f"{tally.name}: {tally.newest} had the newest key, {tally.renewed} renewed,"
                    f" {tally.waiting} need an older key, {len(tally.lost)} no key opens."
                )
                if tally.lost:
                    self.stderr.write(f"No key opens {', '.join(map(str, tally.lost))}.")
        except encryption.NoKey as error:
            raise CommandError(f"{error} .env.example says how to make one.") from error
        if not is_done:
            raise SystemExit(1)
