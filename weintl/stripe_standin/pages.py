"""The pay page and the bank's page of the second step: plain HTML that works without JavaScript."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from . import cards, checkout, money, sessions, timers
from .errors import ApiError
from .storage import Record
from .texts import CARDS, TEXTS, language_of, refusal
from .world import World

STYLE = Path(__file__).with_name("pay.css").read_text(encoding="utf-8")
# Nothing from elsewhere, no script, no inline style; forms may lead back to the shop.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True)
class Page:
    """An answer for a browser: HTML, a style sheet, or a way elsewhere."""

    status: int = 200
    text: str = ""
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))


@dataclass(frozen=True)
class Visit:
    """What a browser asked for."""

    method: str
    path: str
    body: str
    languages: str
    origin: str


def answer(world: World, visit: Visit) -> Page:
    """Return the page at `visit.path`; a POST tries to pay, cancels or confirms."""
    parts = visit.path.removeprefix("/pay/").strip("/").split("/")
    if parts == ["style.css"]:
        return Page(text=STYLE, kind="text/css; charset=utf-8")
    timers.run_due(world)
    with world.store.transaction():
        session = world.store.get(sessions.KIND, parts[0])
        if session is None or parts[1:] not in ([], ["confirm"]):
            words = TEXTS[language_of(None, accepted=visit.languages)]
            return note(words, "unknown", status=404)
        form = {name: values[-1] for name, values in parse_qs(visit.body).items()}
        if visit.method == "POST":
            return _act(world, session, form, visit, is_bank=bool(parts[1:]))
        return _show(world, session, visit, is_bank=bool(parts[1:]))


def _act(
    world: World, session: Record, form: dict[str, str], visit: Visit, *, is_bank: bool
) -> Page:
    action = form.get("action", "pay")
    if action == "cancel":
        address = session.body["cancel_url"]
        return to(address) if address else _show(world, session, visit, is_bank=False)
    if is_bank:
        outcome = checkout.confirm(world, session, is_confirmed=action == "confirm")
    else:
        banks = {"debit_ok": "ok", "debit_fails": "fails"}
        attempt = checkout.Try(
            card=form.get("card", ""),
            bank=banks.get(action, ""),
            email=form.get("email", ""),
            name=form.get("name", ""),
        )
        try:
            outcome = checkout.pay(world, session, attempt, origin=visit.origin)
        except ApiError as error:
            refused = cards.Decline(error.fields["code"] or "", "", error.message)
            return _show(world, session, visit, is_bank=False, decline=refused, form=form)
    if outcome.state in {"paid", "processing"}:
        return to(checkout.return_address(session))
    if outcome.state == "second_step":
        return to(f"{visit.origin}/pay/{session.id}/confirm")
    current = world.need(sessions.KIND, session.id)
    return _show(world, current, visit, is_bank=False, decline=outcome.decline, form=form)


def to(address: str) -> Page:
    """Return a way elsewhere."""
    return Page(status=303, headers={**HEADERS, "Location": address})


def _show(
    world: World,
    session: Record,
    visit: Visit,
    *,
    is_bank: bool,
    decline: cards.Decline | None = None,
    form: dict[str, str] | None = None,
) -> Page:
    language = language_of(session.body["locale"], accepted=visit.languages)
    words = TEXTS[language]
    if session.body["status"] == "expired":
        return note(words, "closed", link=session.body["cancel_url"], label="back", status=410)
    if session.body["status"] == "complete":
        states = {"paid": "paid", "no_payment_required": "new_card_done"}
        state = states.get(session.body["payment_status"], "processing")
        return note(words, state, link=checkout.return_address(session), label="onward")
    if is_bank:
        return _bank_page(world, session, words, language=language)
    alert = ""
    if decline is not None:
        message = refusal(
            decline.message, codes=(decline.decline_code, decline.code), language=language
        )
        alert = (
            f'<p class="alert" role="alert"><strong>{words["error"]}.</strong> '
            f"{escape(message)}</p>"
        )
    return _pay_page(world, session, words, language=language, alert=alert, form=form or {})


def html(words: dict[str, str], *, main: str, status: int = 200) -> Page:
    """Return a page around `main`."""
    language = "es" if words is TEXTS["es"] else "en"
    text = (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{words['title']} · {words['stand_in']}</title>"
        '<link rel="stylesheet" href="/pay/style.css"><link rel="icon" href="data:,"></head>\n'
        f'<body><p class="stand-in"><strong>{words["stand_in"]}.</strong> '
        f"{words['stand_in_more']}</p>\n<main>\n{main}\n</main></body>\n</html>\n"
    )
    return Page(status=status, text=text)


def note(
    words: dict[str, str], key: str, *, link: str | None = None, label: str = "", status: int = 200
) -> Page:
    """Return a page that says one thing, and perhaps leads on."""
    main = f"<h1>{words[key]}</h1>"
    if link:
        main += f'<p><a class="button" href="{escape(link)}">{words[label]}</a></p>'
    return html(words, main=main, status=status)


def _amount(body: dict[str, Any], language: str) -> str:
    return money.written(body["amount_total"], currency=body["currency"], language=language)


def _due(world: World, session: Record, words: dict[str, str], *, language: str) -> str:
    """Return what is taken and how often; nothing is where a card is only kept."""
    if session.body["mode"] == "setup":
        return ""
    amount = _amount(session.body, language)
    recurring = sessions.lines_of(world, session.id)[0].body["price"]["recurring"]
    often = f" <small>{words['each_' + recurring['interval']]}</small>" if recurring else ""
    return f'<p class="amount">{amount}{often}</p>'


def _bank_page(world: World, session: Record, words: dict[str, str], *, language: str) -> Page:
    main = (
        f"<h1>{words['second_step']}</h1><p>{words['second_step_hint']}</p>"
        f"{_due(world, session, words, language=language)}"
        '<form method="post">'
        f'<button name="action" value="confirm">{words["confirm"]}</button>'
        f'<button name="action" value="refuse" class="quiet">{words["refuse"]}</button></form>'
    )
    return html(words, main=main)


def _pay_page(
    world: World,
    session: Record,
    words: dict[str, str],
    *,
    language: str,
    alert: str,
    form: dict[str, str],
) -> Page:
    body = session.body
    cancel = (
        f'<button name="action" value="cancel" class="quiet" formnovalidate>{words["cancel"]}'
        "</button>"
        if body["cancel_url"]
        else ""
    )
    main = (
        f"<h1>{words['new_card' if body['mode'] == 'setup' else 'to_pay']}</h1>\n"
        f"{_due(world, session, words, language=language)}\n{alert}"
        f"{_lines(world, session, words, language=language)}\n"
        # Named, for after a refusal the page is shown at the bank's address.
        f'<form method="post" action="/pay/{session.id}" autocomplete="off">\n'
        f"{_fields(session, words, form)}"
        f'<button name="action" value="pay">{_verb(body, words, language=language)}</button>\n'
        f"{cancel}\n"
        f"{_debit(session, words)}</form>\n"
        f"{_card_table(words)}"
    )
    return html(words, main=main)


def _verb(body: dict[str, Any], words: dict[str, str], *, language: str) -> str:
    if body["mode"] == "setup":
        return words["new_card_do"]
    verb = "donate" if body["submit_type"] == "donate" else "pay"
    return words[verb].format(amount=_amount(body, language))


def _debit(session: Record, words: dict[str, str]) -> str:
    if session.body["mode"] != "payment":
        return ""
    return (
        f"<fieldset><legend>{words['debit']}</legend><p>{words['debit_hint']}</p>"
        f'<button name="action" value="debit_ok" class="quiet">{words["debit_ok"]}</button>'
        f'<button name="action" value="debit_fails" class="quiet">{words["debit_fails"]}</button>'
        "</fieldset>\n"
    )


def _lines(world: World, session: Record, words: dict[str, str], *, language: str) -> str:
    if session.body["mode"] == "setup":
        return ""
    rows = []
    for record in sessions.lines_of(world, session.id):
        item = record.body
        total = money.written(item["amount_total"], currency=item["currency"], language=language)
        rows.append(
            f"<tr><td>{escape(item['description'])}</td><td>{item['quantity']}</td>"
            f"<td>{total}</td></tr>"
        )
    return (
        f'<table><thead><tr><th scope="col">{words["lines"]}</th>'
        f'<th scope="col">{words["quantity"]}</th><th scope="col">{words["to_pay"]}</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _fields(session: Record, words: dict[str, str], form: dict[str, str]) -> str:
    details = session.body["customer_details"] or {}
    known = session.body["customer_email"] or details.get("email")
    email = escape(known or form.get("email", ""))
    fixed = " readonly" if known else " required"
    card = escape(form.get("card") or CARDS[0][0])
    name = escape(form.get("name", ""))
    options = "".join(f'<option value="{number}"></option>' for number, _ in CARDS)
    return (
        f'<label>{words["email"]}<input type="email" name="email" value="{email}"{fixed}></label>\n'
        f'<label>{words["card"]}<input name="card" inputmode="numeric" value="{card}" '
        'list="cards" required></label>\n'
        f'<datalist id="cards">{options}</datalist>'
        f'<div class="pair"><label>{words["expiry"]}<input name="expiry" value="12 / 34"></label>'
        f'<label>{words["cvc"]}<input name="cvc" inputmode="numeric" value="123"></label></div>\n'
        f'<label>{words["name"]}<input name="name" value="{name}"></label>\n'
    )


def _card_table(words: dict[str, str]) -> str:
    rows = "".join(
        f"<tr><td><code>{number}</code></td><td>{words[key]}</td></tr>" for number, key in CARDS
    )
    return f"<details><summary>{words['cards']}</summary><table>{rows}</table></details>"
