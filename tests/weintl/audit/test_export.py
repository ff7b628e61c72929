"""An auditor recomputes the books with a program that knows nothing of ours."""

import csv
import json
import subprocess
import sys
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from marketplace.models import Order
from partners import postings
from tests.factories.donations import gift_received
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.partners import seal_all
from weintl.audit import export

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path):
    """An export of sales of bought and consigned pieces, a gift, and a refund that came back."""
    now = timezone.now()
    first = on_shelf(consigned=3, owned=2, now=now)
    second = on_shelf(consigned=5, now=now, product__programme=first.product.programme)
    pay(order_of({first: 4, second: 3}, now=now), now=now)
    with transaction.atomic():
        gift_received(now=now)
    postings.post_suspense_refund(refund_key="9", currency="usd", amount=100, occurred_at=now)
    postings.post_refund_failed(refund_key="9", occurred_at=now)
    seal_all(now=now)
    postings.post_suspense_refund(refund_key="10", currency="usd", amount=100, occurred_at=now)
    call_command("audit", "export", str(tmp_path / "export"))
    return tmp_path / "export"


def recompute(folder) -> "subprocess.CompletedProcess[str]":
    """Run the exported program apart from our code and packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / export.PROGRAM)],
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def vouch_again(folder) -> None:
    """Make the list fit what was changed, as a forger would."""
    given = json.loads((folder / export.LIST).read_text())
    for name in given["sha256"]:
        given["sha256"][name] = sha256((folder / name).read_bytes()).hexdigest()
    (folder / export.LIST).write_text(json.dumps(given))


def test_all_of_it_fits(folder):
    answer = recompute(folder)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "All of it fits." in answer.stdout
    given = json.loads((folder / export.LIST).read_text())["rows"]
    assert f"{given[export.ENTRIES]} entries" in answer.stdout
    assert f"{given[export.SEALS]} seals" in answer.stdout
    assert given[export.SEALS] == given[export.ENTRIES] - 1
    assert "7 pieces" in answer.stdout


def test_it_names_nobody(folder):
    order = Order.objects.get()
    texts = {path.name: path.read_text() for path in folder.iterdir()}
    for word in (order.email, order.name, order.number, order.token, "donor", "@"):
        holding = {name for name, text in texts.items() if word in text}
        assert not holding, (word, holding)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (export.ENTRIES, "", "", None),
        (export.SEALS, "1,", "2,", "Position in the chain"),
        (export.ACCOUNTS, "sales:usd,", "other:usd,", "is in no list"),
        (export.PIECES, "consigned", "owned", None),
        (export.PIECES, "owned", "consigned", "Maker pay of piece"),
        (export.RULES, ",usd,", ",usd,1", "Maker pay of piece"),
    ],
)
def test_a_changed_file_is_told(folder, name, old, new, words):
    path = folder / name
    path.write_text(path.read_text().replace(old, new, 1) + ("" if words else "\n"))
    answer = recompute(folder)
    assert answer.returncode == 1
    assert f"SHA-256 of {name}" in answer.stdout
    if words:
        vouch_again(folder)
        answer = recompute(folder)
        assert answer.returncode == 1
        assert words in answer.stdout


def test_a_forged_amount_breaks_chain_balance_and_piece(folder):
    lines = (folder / export.ENTRIES).read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if '"kind":"unit_split"' in line)
    entry = json.loads(lines[at])
    entry["transfers"][0][2] += 1
    lines[at] = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (folder / export.ENTRIES).write_text("\n".join(lines) + "\n")
    vouch_again(folder)
    told = recompute(folder).stdout
    for words in ("Digest at", "Debits of", "Credits of", "Amounts of unit/"):
        assert words in told


def forge(folder, change) -> str:
    """Change entries and make every later digest anew, as whoever has all of it could."""
    lines = (folder / export.ENTRIES).read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    change(rows)
    texts = [
        json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for row in rows
    ]
    (folder / export.ENTRIES).write_text("".join(f"{text}\n" for text in texts))
    given, digest = [], "0" * 64
    for position, text in enumerate(texts[:-1], 1):
        digest = sha256(f"{digest}\n{text}".encode()).hexdigest()
        given.append(f"{position},{digest}\n")
    (folder / export.SEALS).write_text("position,digest\n" + "".join(given))
    vouch_again(folder)
    return recompute(folder).stdout


def test_whoever_makes_all_digests_anew_cannot_pay_other_makers(folder):
    def to_others(rows):
        entry = next(row for row in rows if any("maker_payable" in t[1] for t in row["transfers"]))
        for transfer in entry["transfers"]:
            transfer[1] = transfer[1].replace("maker_payable:usd:", "maker_payable:usd:X")

    told = forge(folder, to_others)
    assert "Digest at" not in told
    assert "maker in unit/" in told


def test_a_sale_outside_the_time_of_its_rule_is_told(folder):
    def long_ago(rows):
        for row in rows:
            row["occurred_at"] = row["occurred_at"].replace("20", "19", 1)

    assert "was not in force" in forge(folder, long_ago)


def test_a_sale_of_more_than_its_pieces_is_told(folder):
    def more(rows):
        sale = next(row for row in rows if row["kind"] == "sale")
        for transfer in sale["transfers"]:
            transfer[2] += 1

    assert "Goods and tax of payment" in forge(folder, more)


def test_a_line_that_was_left_out_is_told(folder):
    path = folder / export.PIECES
    head, *rows = path.read_text().splitlines()
    left = rows[0].split(",")[1]
    path.write_text("\n".join([head, *(row for row in rows if row.split(",")[1] != left)]) + "\n")
    vouch_again(folder)
    assert "has no piece" in recompute(folder).stdout


def test_a_floor_and_a_mirror_are_looked_at(folder):
    path = folder / export.ACCOUNTS
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        row[5], row[6] = str(1 - int(row[5])), "1"
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    text = (folder / export.ENTRIES).read_text()
    turned = next(line for line in text.splitlines() if '"refund_failed"' in line)
    entry = json.loads(turned)
    debit, credit, *rest = entry["transfers"][0]
    entry["transfers"][0] = [credit, debit, *rest]
    (folder / export.ENTRIES).write_text(text.replace(turned, json.dumps(entry)))
    vouch_again(folder)
    told = recompute(folder).stdout
    assert "is below zero" in told
    assert "the mirror of refund/9/sent" in told


def test_another_export_is_never_overwritten(folder):
    with pytest.raises(CommandError, match="never overwrites"):
        call_command("audit", "export", str(folder))


def test_a_place_that_cannot_be_written_is_named(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Nothing could be written"):
        call_command("audit", "export", str(tmp_path / "file" / "export"))
    connection.close()
