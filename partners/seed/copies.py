"""Copies of a demonstration's rules and ledger, for tests under load."""

from collections.abc import Mapping

from weintl.copies import Copied, Moved, Word, numbered


def rules() -> list[Copied]:
    """Return the rules of single products, for the copies of those products."""
    # A programme's own rule is for all of its products: no copy, which would overlap it.
    return [
        Copied(
            table="partners_splitrule",
            only="t.product_code <> ''",
            words=lambda moved: {
                "product_code": numbered("t.product_code"),
                # An approved rule never begins before what its programme has sold.
                "effective": "CASE WHEN upper(t.effective) <= now()"
                " THEN tstzrange(now(), now() + interval '1 second')"
                " ELSE tstzrange(now(), upper(t.effective)) END",
            },
        )
    ]


def ledger(*, keys: Mapping[str, Word], lists: Mapping[str, Word]) -> list[Copied]:
    """Return entries, transfers and maturities; accounts are the same for all copies.

    What staff do once for the whole organisation (allocations, payouts) is not copied.
    `keys` says how the middle of a source key `<word>/<middle>/<last>` changes, and the code of
    that name in `meta`; `lists` the same of codes in `meta` that are lists.
    """

    def entry(moved: Moved) -> dict[str, str]:
        middle = "split_part(t.source_key, '/', 2)"
        cases = [f"WHEN '{name}' THEN {word(moved, middle)}" for name, word in keys.items()]
        codes = [_replaced(name, word(moved, _code(name))) for name, word in keys.items()]
        codes += [_replaced(name, _each(name, word(moved, "one"))) for name, word in lists.items()]
        first = "split_part(t.source_key, '/', 1)"
        return {
            # A word that nobody answers for gives no key at all, which the column refuses.
            "source_key": f"{first} || '/' || (CASE {first} {' '.join(cases)} END) || '/' || "
            "split_part(t.source_key, '/', 3)",
            "meta": " || ".join(["t.meta", *codes]),
        }

    once = "(e.source_key LIKE 'allocation/%' OR e.source_key LIKE 'payout/%')"
    # Nothing in this text comes from outside.
    of_it = f"NOT EXISTS (SELECT FROM partners_entry e WHERE e.id = t.entry_id AND {once})"
    return [
        Copied(
            table="partners_entry",
            points={"reverses_id": "partners_entry"},
            only=f"NOT {once.replace('e.', 't.')}",
            words=entry,
        ),
        Copied(table="partners_transfer", points={"entry_id": "partners_entry"}, only=of_it),
        Copied(table="partners_maturity", points={"entry_id": "partners_entry"}, only=of_it),
    ]


def _replaced(name: str, value: str) -> str:
    return f"CASE WHEN t.meta ? '{name}' THEN jsonb_build_object('{name}', {value}) ELSE '{{}}' END"


def _each(name: str, value: str) -> str:
    # Nothing in this text comes from outside.
    rows = f"jsonb_array_elements_text(t.meta -> '{name}') AS one"
    return f"(SELECT jsonb_agg({value}) FROM {rows})"  # noqa: S608


def _code(name: str) -> str:
    return f"(t.meta ->> '{name}')"
