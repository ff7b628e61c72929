"""Write the ledger, the rules and each piece sold into a folder, with a program that recomputes.

Codes, keys and amounts only: nobody can be found by them without this database.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from marketplace.models import Unit
from partners import chain
from partners.models import Account, Entry, Seal, SplitRule

ENTRIES, SEALS, ACCOUNTS = "entries.jsonl", "seals.csv", "accounts.csv"
RULES, PIECES, LIST, PROGRAM = "rules.csv", "pieces.csv", "export.json", "recompute.py"
BATCH = 1_000
USES = ("long_term_care", "education", "medical_psychological", "legal_aid")


class Taken(Exception):
    """The folder is there already."""


def export(folder: Path, *, now: datetime) -> dict[str, int]:
    """Write everything into `folder`, which must not exist; return rows by file.

    All of one snapshot of the database. Raises Taken, OSError.
    """
    if folder.exists():
        raise Taken(f"{folder} is there already; an export never overwrites another.")
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        counts = _write(making)
        shutil.copy(Path(__file__).with_name(PROGRAM), making / PROGRAM)
        _write_list(making, counts, now)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return counts


def _write(folder: Path) -> dict[str, int]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return {
            ENTRIES: _write_entries(folder / ENTRIES),
            SEALS: _write_rows(folder / SEALS, ["position", "digest"], _seals()),
            ACCOUNTS: _write_rows(folder / ACCOUNTS, ACCOUNT, _accounts()),
            RULES: _write_rows(folder / RULES, RULE, _rules()),
            PIECES: _write_rows(folder / PIECES, PIECE, _pieces()),
        }


def _write_entries(path: Path) -> int:
    """Write each entry as its digest is made of it, one a line: sealed ones first, in order."""
    count = 0
    with path.open("wb") as file:
        for batch in _in_batches(_ids()):
            for entry in chain.whole(batch):
                file.write(chain.canonical(entry) + b"\n")
                count += 1
    return count


def _ids() -> Iterator[int]:
    yield from Seal.objects.order_by("position").values_list("entry_id", flat=True).iterator()
    unsealed = Entry.objects.filter(seal=None).order_by("pk")
    yield from unsealed.values_list("pk", flat=True).iterator()


def _in_batches(ids: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for each in ids:
        batch.append(each)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_rows(path: Path, head: list[str], rows: Iterable[Iterable[object]]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _seals() -> Iterator[tuple[object, ...]]:
    yield from Seal.objects.order_by("position").values_list("position", "digest").iterator()


ACCOUNT = ["code", "kind", "currency", "programme", "use", "grows_by_credits", "has_floor"]
ACCOUNT += ["debits", "credits"]


def _accounts() -> Iterator[list[object]]:
    for account in Account.objects.select_related("programme").order_by("code").iterator():
        programme = account.programme.code if account.programme else ""
        yield [
            account.code, account.kind, account.currency, programme, account.use,
            int(account.is_credit_normal), int(account.has_floor),
            account.debits, account.credits,
        ]  # fmt: skip


RULE = ["rule", "programme", "product", "currency", "maker_pay", "programme_ppm"]
RULE += [f"{use}_ppm" for use in USES]
RULE += ["from", "until", "approved", "approved_by_another"]


def _rules() -> Iterator[list[object]]:
    approved = SplitRule.objects.exclude(approved_at=None).select_related("programme")
    for rule in approved.order_by("pk").iterator():
        yield [
            rule.pk, rule.programme.code, rule.product_code, rule.currency,
            rule.maker_pay_amount, rule.programme_ppm,
            *(rule.weights[use] for use in USES),
            _moment(rule.effective.lower), _moment(rule.effective.upper),
            _moment(rule.approved_at), int(not rule.is_single_handed),
        ]  # fmt: skip


PIECE = ["piece", "line", "position", "line_net", "line_tax", "line_quantity", "currency"]
PIECE += ["programme", "rule", "supply", "net", "tax", "maker", *USES, "operations"]
# The tax on the delivery of the whole order, on each of its pieces.
PIECE += ["delivery_tax"]


def _pieces() -> Iterator[list[object]]:
    pieces = Unit.objects.select_related("line__programme", "line__order")
    for piece in pieces.order_by("line_id", "position").iterator():
        line = piece.line
        yield [
            piece.pk, line.pk, piece.position, line.net_amount, line.tax_amount, line.quantity,
            piece.currency, line.programme.code, piece.rule_id, piece.supply,
            piece.net_amount, piece.tax_amount, piece.maker_amount,
            *(piece.uses[use] for use in USES), piece.operations_amount,
            line.order.shipping_tax_amount,
        ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _write_list(folder: Path, counts: dict[str, int], now: datetime) -> None:
    files = {}
    for name in [*counts, PROGRAM]:
        with (folder / name).open("rb") as file:
            files[name] = hashlib.file_digest(file, "sha256").hexdigest()
    given = {"made_at": now.isoformat(timespec="seconds"), "rows": counts, "sha256": files}
    (folder / LIST).write_text(json.dumps(given, indent=1) + "\n")
