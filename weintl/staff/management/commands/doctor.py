"""Check the configuration of an installation, one line each."""

from typing import Any

from django.core.management.base import BaseCommand

from weintl.staff import doctor


class Command(BaseCommand):
    """Exit 0 if all is well, else 1."""

    help = "Checks the configuration of this installation and says how to mend it."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding."""
        is_well = True
        for finding in doctor.examine():
            is_well = is_well and finding.is_well
            sign = "well  " if finding.is_well else "MEND  "
            self.stdout.write(f"{sign}{finding.subject}: {finding.remark}")
        if not is_well:
            raise SystemExit(1)
