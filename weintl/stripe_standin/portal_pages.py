"""The portal's page: a new card, or the end of a subscription; without script."""

from html import escape
from urllib.parse import parse_qs

from . import cards, money, portal, timers
from .pages import Page, Visit, html, note, to
from .storage import Record
from .subscriptions import item_of
from .texts import CARDS, TEXTS, language_of, refusal
from .world import World


def answer(world: World, visit: Visit) -> Page:
    """Return the page at `visit.path`; a POST takes the card or ends the subscription."""
    timers.run_due(world)
    with world.store.transaction():
        session = world.store.get(portal.KIND, visit.path.removeprefix("/portal/").strip("/"))
        locale = session.body["locale"] if session else None
        language = language_of(locale, accepted=visit.languages)
        words = TEXTS[language]
        if session is None:
            return note(words, "unknown", status=404)
        back = session.body["return_url"]
        if not portal.is_open(world, session):
            return note(words, "portal_over", link=back, label="back", status=410)
        form = {name: values[-1] for name, values in parse_qs(visit.body).items()}
        if visit.method == "POST" and form.get("action") == "end":
            portal.cancel(world, session)
            return _done(words, "ended", session)
        alert = ""
        if visit.method == "POST":
            decline = portal.take_card(world, session, card=form.get("card", ""))
            if decline is None:
                return _done(words, "new_card_done", session)
            alert = _alert(words, decline, language=language)
        return _show(world, session, words, language=language, alert=alert, form=form)


def _done(words: dict[str, str], key: str, session: Record) -> Page:
    onward = portal.way_back(session)
    return to(onward) if onward else note(words, key, link=session.body["return_url"], label="back")


def _alert(words: dict[str, str], decline: cards.Decline, *, language: str) -> str:
    codes = (decline.decline_code, decline.code)
    message = refusal(decline.message, codes=codes, language=language)
    told = f"<strong>{words['not_taken']}.</strong> {escape(message)}"
    return f'<p class="alert" role="alert">{told}</p>'


def _show(
    world: World,
    session: Record,
    words: dict[str, str],
    *,
    language: str,
    alert: str,
    form: dict[str, str],
) -> Page:
    flow = session.body["flow"] or {}
    is_end = flow.get("type") == "subscription_cancel"
    rows = "".join(_plan(sub, words, language=language) for sub in portal.live(world, session))
    back = session.body["return_url"]
    link = f'<p><a href="{escape(back)}">{words["back"]}</a></p>' if back else ""
    if is_end:
        main = (
            f"<h1>{words['end']}</h1><ul>{rows}</ul>"
            '<form method="post">'
            f'<button name="action" value="end">{words["end_do"]}</button></form>'
        )
        return html(words, main=main + link)
    card = escape(form.get("card") or CARDS[0][0])
    options = "".join(f'<option value="{number}"></option>' for number, _ in CARDS)
    main = (
        f"<h1>{words['new_card']}</h1>{alert}<p>{words['plans']}</p><ul>{rows}</ul>"
        '<form method="post" autocomplete="off">'
        f'<label>{words["card"]}<input name="card" inputmode="numeric" value="{card}" '
        f'list="cards" required></label><datalist id="cards">{options}</datalist>'
        f'<button name="action" value="card">{words["new_card_do"]}</button></form>'
    )
    return html(words, main=main + link)


def _plan(sub: Record, words: dict[str, str], *, language: str) -> str:
    price = item_of(sub)["price"]
    amount = money.written(price["unit_amount"], currency=price["currency"], language=language)
    return f"<li>{amount} {words['each_' + price['recurring']['interval']]}</li>"
