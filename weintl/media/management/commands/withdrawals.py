"""Print the withdrawn consents, or repeat them after a backup was restored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from weintl.media import withdrawals


class Command(BaseCommand):
    """Codes and times only."""

    help = "Prints the list of withdrawn consents; --replay FILE withdraws them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--replay FILE`."""
        parser.add_argument("--replay", type=Path, metavar="FILE", help="a list kept outside")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the list, or what became of each line of the given one."""
        file: Path | None = options["replay"]
        if file is None:
            for line in withdrawals.lines():
                self.stdout.write(line)
            return
        given = file.read_text(encoding="utf-8").splitlines()
        for code, words in withdrawals.replay(given, now=timezone.now()).items():
            self.stdout.write(f"{code} {words}")
