"""Recompute an exported ledger with Python's standard library alone.

    python3 recompute.py [folder]

It shares no code with the system that wrote the export. It recomputes

1. the SHA-256 of every file,
2. the chain of digests over all sealed entries,
3. every account's debits and credits, and its floor,
4. every reversal: the mirror image of what it reverses, once,
5. what each piece sold pays for, from its line's price and the rule in force,
6. what the ledger wrote for each piece, to whom, and that no piece was left out,
7. that the pieces of a payment sum to what it paid for goods and for tax.

Amounts are whole minor units: cents, or yen, which have no smaller one. One line for each thing
that does not fit, then a summary; exit status 1 if there is any. Rules of the shares: a programme's
share is rounded half up once for a line, parts are spread by largest remainder, ties go to the
earlier part, the pay to the makers is whole for each piece and no discount touches it.
"""

import csv
import hashlib
import json
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

USES = ("long_term_care", "education", "medical_psychological", "legal_aid")
MILLION = 1_000_000


class Report:
    """What was found to be wrong, and how much was looked at."""

    def __init__(self):
        self.wrong = 0
        self.seen = defaultdict(int)

    def fault(self, sentence):
        """Print one thing that does not fit."""
        self.wrong += 1
        print(sentence)

    def compare(self, what, found, wanted):
        """Report `what` unless both are equal."""
        if found != wanted:
            self.fault(f"{what}: {found} instead of {wanted}.")


def rows(folder, name):
    """Yield the rows of one of the tables as {column: text}."""
    with (folder / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def check_files(folder, report):
    """1. Compare each file with the list."""
    given = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    for name, wanted in given["sha256"].items():
        digest = hashlib.sha256()
        with (folder / name).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        report.compare(f"SHA-256 of {name}", digest.hexdigest(), wanted)
        report.seen["files"] += 1


def check_entries(folder, report):
    """2 to 4. Return {source key: {(debit, credit): amount}}, {source key: (when, payment)}."""
    seals, previous = rows(folder, "seals.csv"), "0" * 64
    sums = defaultdict(lambda: [0, 0])
    written, reversed_by, facts = {}, {}, {}
    with (folder / "entries.jsonl").open("rb") as file:
        for line in file:
            text = line.rstrip(b"\n")
            seal = next(seals, None)
            if seal:
                report.seen["seals"] += 1
                found = hashlib.sha256(previous.encode() + b"\n" + text).hexdigest()
                report.compare(f"Digest at {seal['position']}", found, seal["digest"])
                report.compare("Position in the chain", int(seal["position"]), report.seen["seals"])
                previous = seal["digest"]
            entry = json.loads(text)
            facts[entry["source_key"]] = (entry["occurred_at"], entry["meta"].get("payment"))
            take_in(entry, sums, written, reversed_by, report)
    for seal in seals:
        report.fault(f"Seal {seal['position']} has no entry.")
    for row in rows(folder, "accounts.csv"):
        check_account(row, sums.pop(row["code"], [0, 0]), report)
    for code in sums:
        report.fault(f"Account {code} has transfers and is in no list.")
    return written, facts


def take_in(entry, sums, written, reversed_by, report):
    """Add one entry to the sums, and compare it with what it reverses."""
    key, legs = entry["source_key"], defaultdict(int)
    report.seen["entries"] += 1
    if key in written:
        report.fault(f"Entry {key} stands twice.")
    for debit, credit, amount, currency in entry["transfers"]:
        report.seen["transfers"] += 1
        if amount <= 0 or debit == credit or not (debit and credit and currency):
            report.fault(f"Entry {key} has a transfer that moves nothing.")
        sums[debit][0] += amount
        sums[credit][1] += amount
        legs[debit, credit] += amount
    written[key] = dict(legs)
    of = entry["reverses"]
    if of:
        mirror = {
            (credit, debit): amount for (debit, credit), amount in written.get(of, {}).items()
        }
        report.compare(f"Entry {key}, the mirror of {of}", written[key], mirror)
        if of in reversed_by:
            report.fault(f"Entry {of} is reversed twice: {reversed_by[of]}, {key}.")
        reversed_by[of] = key


def check_account(row, sums, report):
    """Compare an account's kept sums with those of its transfers."""
    debits, credits = sums
    report.seen["accounts"] += 1
    report.compare(f"Debits of {row['code']}", int(row["debits"]), debits)
    report.compare(f"Credits of {row['code']}", int(row["credits"]), credits)
    balance = credits - debits if row["grows_by_credits"] == "1" else debits - credits
    if row["has_floor"] == "1" and balance < 0:
        report.fault(f"Account {row['code']} is below zero: {balance}.")


def spread(total, weights):
    """Return parts of `total` by `weights`: largest remainder, ties to the earlier."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def check_pieces(folder, written, facts, report):
    """5 to 7. Recompute each line from its price and its rule."""
    rules = {row["rule"]: row for row in rows(folder, "rules.csv")}
    lines = defaultdict(list)
    for row in rows(folder, "pieces.csv"):
        lines[row["line"]].append(row)
    for line, pieces in lines.items():
        pieces.sort(key=lambda row: int(row["position"]))
        report.compare(f"Pieces of line {line}", len(pieces), int(pieces[0]["line_quantity"]))
        check_line(line, pieces, rules[pieces[0]["rule"]], report)
        for piece in pieces:
            check_written(piece, written, report)
            check_when(piece, rules[piece["rule"]], facts, report)
    check_all_told([piece for pieces in lines.values() for piece in pieces], written, facts, report)


def check_line(line, pieces, rule, report):
    """Compare the frozen amounts of a line's pieces with those that its rule gives."""
    net, tax, even = int(pieces[0]["line_net"]), int(pieces[0]["line_tax"]), [1] * len(pieces)
    share = (net * int(rule["programme_ppm"]) + MILLION // 2) // MILLION
    by_use = spread(share, [int(rule[f"{use}_ppm"]) for use in USES])
    wanted = {use: spread(amount, even) for use, amount in zip(USES, by_use)}
    wanted["net"], wanted["tax"] = spread(net, even), spread(tax, even)
    for place, piece in enumerate(pieces):
        report.seen["pieces"] += 1
        where = f"piece {piece['piece']} of line {line}"
        report.compare(f"Rule of {where}", piece["rule"], pieces[0]["rule"])
        report.compare(f"Programme of {where}", piece["programme"], rule["programme"])
        for name, parts in wanted.items():
            report.compare(f"{name} of {where}", int(piece[name]), parts[place])
        if piece["supply"] == "consigned":
            report.compare(f"Maker pay of {where}", int(piece["maker"]), int(rule["maker_pay"]))
        parts = sum(int(piece[name]) for name in ("maker", *USES, "operations"))
        report.compare(f"Parts of {where}", parts, int(piece["net"]))


def check_written(piece, written, report):
    """Compare what the ledger wrote for a piece with its amounts."""
    key = f"unit/{piece['piece']}/split"
    legs = written.get(key)
    amounts = sorted(int(piece[name]) for name in ("maker", *USES) if int(piece[name]))
    if legs is None:
        if amounts:
            report.fault(f"Entry {key} is missing.")
        return
    report.compare(f"Amounts of {key}", sorted(legs.values()), amounts)
    currency, programme = piece["currency"], piece["programme"]
    cost, maker = f"artisan_cost:{currency}", f"maker_payable:{currency}:{programme}"
    if piece["supply"] == "owned":
        cost, maker = f"cogs:{currency}", f"inventory:{currency}"
    places = {"maker": (cost, maker)}
    for use in USES:
        places[use] = (f"programme_cost:{currency}", f"fund:{currency}:{programme}:{use}")
    for name, place in places.items():
        report.compare(f"{name} in {key}", legs.get(place, 0), int(piece[name]))


def check_when(piece, rule, facts, report):
    """Compare the time of the sale with the time in which its rule was in force."""
    key = f"unit/{piece['piece']}/split"
    if key in facts:
        at = moment(facts[key][0])
        begun = not rule["from"] or moment(rule["from"]) <= at
        if not begun or (rule["until"] and moment(rule["until"]) <= at):
            report.fault(
                f"Piece {piece['piece']} was sold when rule {rule['rule']} was not in force."
            )


def moment(text):
    """Return a time that is written with its zone."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def check_all_told(pieces, written, facts, report):
    """Look for pieces that are in the ledger only, and sum those of each payment."""
    known = {f"unit/{piece['piece']}/split": piece for piece in pieces}
    paid = defaultdict(lambda: [0, 0])
    delivery = {}
    for key in written:
        if key.startswith("unit/") and key.endswith("/split") and key not in known:
            report.fault(f"Entry {key} has no piece.")
    for key, piece in known.items():
        payment = facts[key][1] if key in facts else None
        if payment:
            paid[payment][0] += int(piece["net"])
            paid[payment][1] += int(piece["tax"])
            # The same on each piece of an order: it counts once.
            delivery[payment] = int(piece["delivery_tax"])
    for payment, wanted in paid.items():
        wanted[1] += delivery[payment]
        legs = written.get(f"payment/{payment}/paid", {})
        found = [
            sum(amount for (_to, of), amount in legs.items() if of.startswith(f"{kind}:"))
            for kind in ("sales", "tax")
        ]
        report.compare(f"Goods and tax of payment {payment}", found, wanted)


def main():
    """Check the folder given, or the one that this program lies in."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    report = Report()
    check_files(folder, report)
    check_pieces(folder, *check_entries(folder, report), report)
    print(", ".join(f"{count} {what}" for what, count in sorted(report.seen.items())) + ".")
    print("All of it fits." if not report.wrong else f"{report.wrong} things do not fit.")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
