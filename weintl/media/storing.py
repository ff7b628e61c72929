"""Files in the media storage: written under a known name, removed until they are gone."""

import logging
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from weintl.background import enqueue

from .models import Doomed

logger = logging.getLogger(__name__)


def write(name: str, data: bytes) -> str:
    """Store `data` as `name` and return the name; what a killed worker left there goes."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return str(default_storage.save(name, ContentFile(data)))


def doom(*paths: str, not_before: datetime) -> None:
    """Have everything at or below `paths` removed once the caller's transaction commits."""
    Doomed.objects.bulk_create(
        [Doomed(path=path, not_before=not_before) for path in paths], ignore_conflicts=True
    )
    enqueue("weintl.media.tasks.remove_files")


def remove(*, now: datetime) -> int:
    """Remove what is doomed and due; return how many files went. What fails stays for later."""
    count = 0
    for row in Doomed.objects.filter(not_before__lte=now).order_by("pk"):
        try:
            count += _remove(row.path)
        except Exception:
            # Each storage raises errors of its own; the row stays and is tried again.
            logger.exception("media.not_removed", extra={"doomed": row.pk})
            continue
        logger.info("media.removed", extra={"doomed": row.pk})
        row.delete()
    return count


def _remove(path: str) -> int:
    """Remove the file or the folder at `path`; return how many files there were."""
    names = [f"{path}/{name}" for name in _names_in(path)]
    for name in names:
        default_storage.delete(name)
    count = len(names)
    if not names and "." in path:
        count = int(default_storage.exists(path))
    # A folder without files, or the file itself; nothing where there is neither.
    default_storage.delete(path)
    return count


def _names_in(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except (FileNotFoundError, NotADirectoryError):
        return []


def folders_in(root: str) -> list[str]:
    """Return the paths of the folders directly below `root`."""
    try:
        return [f"{root}/{name}" for name in default_storage.listdir(root)[0]]
    except FileNotFoundError:
        return []
