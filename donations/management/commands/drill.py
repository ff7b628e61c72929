"""Drills against our own installation on this machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations import drill, guard
from donations.models import GuardChange


class Command(BaseCommand):
    """`drill card-testing`: prints what a thief with stolen cards would have reached."""

    help = "Plays an attack against this installation, on loopback with the stand-in alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which drill, and how large."""
        parser.add_argument("which", choices=["card-testing"])
        parser.add_argument("--gifts", type=int, default=500, help="at most 5000")
        parser.add_argument("--declined", type=int, default=9, help="of ten cards, 0 to 10")
        parser.add_argument("--keep", action="store_true", help="leave the guard as it ends")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play and report; exit status 1 where an attack large enough was not locked in time."""
        gifts, declined = options["gifts"], options["declined"]
        if not 1 <= gifts <= 5000 or not 0 <= declined <= 10:
            raise CommandError("--gifts is 1 to 5000, --declined 0 to 10.")
        try:
            found = drill.play(gifts=gifts, declined_in_ten=declined)
        except drill.NotHere as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{gifts} gifts begun in {found.seconds:.1f} s")
        for answer, count in sorted(found.answers.items()):
            self.stdout.write(f"  {answer}: {count}")
        self.stdout.write(f"cards tried: {found.tried}, charged: {found.charged}")
        self.stdout.write(f"raised after: {_seconds(found.raised_after)}")
        due = "" if found.is_lock_due else ", too few for a lock"
        self.stdout.write(f"locked after: {_seconds(found.locked_after)}{due}")
        words = "reaches the payment page" if found.does_donor_give else "DOES NOT GET THROUGH"
        self.stdout.write(f"a donor of before {words}")
        if not options["keep"]:
            guard.switch(
                to=GuardChange.State.CALM,
                reason="The drill is over",
                actor=None,
                now=timezone.now(),
            )
            self.stdout.write("the guard is calm again")
        if not found.is_held:
            raise SystemExit(1)


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"
