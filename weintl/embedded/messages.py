"""Compile the translations without gettext's programs: a fresh machine has none."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "locale"


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Write each .mo that is missing or older than its .po, and return those written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parts[-3])
        # Of each process its own: two that begin at once write the same, whole.
        making = target.with_suffix(f".mo.{os.getpid()}")
        with making.open("wb") as out:
            write_mo(out, catalogue)
        making.replace(target)
        written.append(target)
    return written
