"""Copies of a demonstration's mails, for tests under load. None of them is sent."""

from collections.abc import Mapping

from weintl.copies import Copied, Moved, Word, fresh, numbered


def copied(*, causes: Mapping[str, Word], keys: Mapping[str, Word]) -> list[Copied]:
    """Return the table. `causes` says how the number in `<word>:<number>` changes, `keys` how
    the middle of a unique key `<word>/<middle>/…` does."""

    def mail(moved: Moved) -> dict[str, str]:
        cases = [
            f"WHEN '{cause}' THEN '{cause}:' || {word(moved, _number('t.cause'))}"
            for cause, word in causes.items()
        ]
        known = [
            f"WHEN '{name}' THEN '{name}/' || {word(moved, _middle('t.key'))} || {_rest('t.key')}"
            for name, word in keys.items()
        ]
        return {
            "key": f"coalesce(CASE split_part(t.key, '/', 1) {' '.join(known)} END, "
            f"{numbered('t.key')})",
            "cause": f"CASE split_part(t.cause, ':', 1) {' '.join(cases)} END",
            "message_id": f"'<' || {fresh('t.message_id', length=32)} || '@copies.invalid>'",
            "state": "'sent'",
            # What stands where a mail that has gone out shows what it was.
            "subject": "coalesce(nullif(t.subject, ''), t.template)",
            "attempts": "greatest(t.attempts, 1)",
            "sent_at": "coalesce(t.sent_at, t.created_at)",
            "last_error": "''",
        }

    return [Copied(table="mail_mail", words=mail)]


def _middle(sql: str) -> str:
    return f"split_part({sql}, '/', 2)"


def _rest(sql: str) -> str:
    return f"substring({sql} from '^[^/]+/[^/]+(.*)$')"


def _number(sql: str) -> str:
    return f"split_part({sql}, ':', 2)"
