"""The list of withdrawals outside the database: what a restored backup has to repeat.

A line a withdrawal, JSON, with the code and the time: nothing that tells of a person.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from . import consents, storing
from .models import ConsentRecord, Picture, Withdrawal
from .models.pictures import OF_PEOPLE

logger = logging.getLogger(__name__)


def lines() -> list[str]:
    """Return the whole list, the oldest first."""
    rows = Withdrawal.objects.order_by("withdrawn_at", "pk")
    return [_line(row) for row in rows]


def _line(row: Withdrawal) -> str:
    return json.dumps({"code": row.code, "at": row.withdrawn_at.isoformat()})


def write_down() -> int:
    """Add to the file what does not stand there yet; return how many lines.

    Written first and marked after: a line may stand there twice, never be missing.
    """
    rows = list(Withdrawal.objects.filter(is_written_down=False).order_by("withdrawn_at", "pk"))
    if not rows:
        return 0
    try:
        with settings.WITHDRAWALS_FILE.open("a", encoding="utf-8") as file:
            file.writelines(f"{_line(row)}\n" for row in rows)
    except OSError:
        logger.exception("withdrawals.not_written")
        return 0
    Withdrawal.objects.filter(pk__in=[row.pk for row in rows]).update(is_written_down=True)
    return len(rows)


def replay(given: Iterable[str], *, now: datetime) -> dict[str, str]:
    """Withdraw again what the list names; return {code: what became of it}.

    Files of people that no row names any more are removed too: a backup of the files may
    hold what was withdrawn after the backup of the database.
    """
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in given)):
        entry = json.loads(line)
        at = datetime.fromisoformat(entry["at"])
        try:
            consents.withdraw(code=entry["code"], now=at)
        except ConsentRecord.DoesNotExist:
            found[entry["code"]] = "is not in this database"
        except consents.AlreadyWithdrawn:
            found.setdefault(entry["code"], "was withdrawn already")
        else:
            found[entry["code"]] = "withdrawn again"
    known = set(
        Picture.objects.filter(folder__startswith=OF_PEOPLE).values_list("folder", flat=True)
    )
    strays = [folder for folder in storing.folders_in(OF_PEOPLE) if folder not in known]
    storing.doom(*strays, not_before=now)
    storing.remove(now=now)
    return found
