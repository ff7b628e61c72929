"""Receipts as PDF, in both languages, from what was frozen.

The original goes out once, with the mail that thanks for the gift; whatever is fetched later
says that it is a copy, and one that holds no more says so. Each is kept as it was first made.
"""

from contextlib import suppress
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_countries import countries

from weintl import pdf
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.money.formatting import format_money, locale_for
from weintl.papers import keeping

from .models import Gift, Receipt, ReceiptDonor

# What one run makes: the next one goes on.
AT_ONCE = 500
# Mails that may bear a receipt which replaces another.
REPLACING = {"donations/gift_refunded", "donations/refund_failed", "donations/gift_contested"}
ORIGINAL, COPY, VOID = "", "-copy", "-void"


def as_pdf(receipt: Receipt, *, language: str, is_original: bool = False) -> bytes:
    """Return it as PDF: the original, a copy, or what says that it is void.

    The same bytes whenever it is asked. Raises keeping.Erased.
    """
    unless_void = ORIGINAL if is_original else COPY
    mark = VOID if receipt.is_void else unless_void
    key = f"receipt/{receipt.number}/{language}{mark}.pdf"
    return keeping.keep(key, lambda: _made(receipt, language, mark))


def keep_waiting() -> int:
    """Make the originals that wait, each in its donor's language; return how many."""
    waiting = list(Receipt.objects.filter(waits_for_paper=True).order_by("pk")[:AT_ONCE])
    for receipt in waiting:
        # The donor may have been erased before anybody wanted the paper.
        with suppress(keeping.Erased):
            _original(receipt)
        Receipt.objects.filter(pk=receipt.pk, waits_for_paper=True).update(waits_for_paper=False)
    return len(waiting)


def _original(receipt: Receipt) -> bytes:
    """Return the original in the donor's language, also of one that is void by now."""
    language = receipt.language
    key = f"receipt/{receipt.number}/{language}.pdf"
    return keeping.keep(key, lambda: _made(receipt, language, ORIGINAL))


def attachments(mail: Mail) -> list[tuple[str, bytes, str]]:
    """Return what goes with a mail about a gift: the receipt that holds now.

    The first mail that bears it bears the original, in the donor's language. Nothing where the
    donor was erased, or where nothing is left of the gift.
    """
    gift_id = int(mail.cause.partition(":")[2])
    receipt = Receipt.objects.live().filter(gift_id=gift_id).select_related("gift").first()
    if receipt is None:
        return []
    is_first = mail.key in {
        f"gift/{receipt.gift.public_id}/thanks",
        f"gift/{receipt.gift.public_id}/receipt/{receipt.number}",
    } or (mail.template in REPLACING and receipt.replaces_id is not None)
    try:
        content = as_pdf(receipt, language=receipt.language, is_original=is_first)
    except keeping.Erased:
        return []
    return [(file_name(receipt, receipt.language), content, "application/pdf")]


def file_name(receipt: Receipt, language: str) -> str:
    """Return what the file is called."""
    return f"{receipt.number}-{language}.pdf"


def _made(receipt: Receipt, language: str, mark: str) -> bytes:
    donor = ReceiptDonor.objects.get(receipt=receipt)
    if donor.erased_at is not None:
        raise keeping.Erased(receipt.number)
    with override(language):
        return pdf.render(
            "receipt", paper(receipt, donor.text.split("\n"), language, mark), typefaces=pdf.ALL
        )


def paper(receipt: Receipt, donor: list[str], language: str, mark: str = "") -> dict[str, Any]:
    """Return what the template prints, in the active language: words and amounts."""
    said = receipt.contents
    issuer = said["issuer"]
    title = _("Receipt %(number)s") % {"number": said["number"]}
    return {
        "language": language,
        "title": title,
        "mark": _mark(receipt, mark, language),
        "issuer": issuer_block(issuer),
        "to": _("Received from"),
        "donor": donor,
        "facts": _facts(said, language),
        "rows": _rows(said, language),
        "total": [_("Gift"), _money(said, said["eligible"], language)],
        "words": said["words"].get(language) or next(iter(said["words"].values())),
        "replaces": _replaces(said, language),
        "footer": f"{issuer['name']} · {title}",
        "thanks": _("Questions? Write to %(contact)s.") % {"contact": issuer["contact"]},
    }


def _mark(receipt: Receipt, mark: str, language: str) -> list[str]:
    """Return what stands across the top: that it is a copy, or void and since when."""
    if mark == COPY:
        return [_("Copy"), _("The original was sent by e-mail.")]
    if mark != VOID:
        return []
    day = day_text(localdate(receipt.voiding.voided_at).isoformat(), language)
    reason = receipt.voiding.get_reason_display()
    return [_("Void"), _("Since %(day)s: %(reason)s.") % {"day": day, "reason": reason}]


def issuer_block(issuer: dict[str, str]) -> dict[str, Any]:
    """Return a frozen organisation as papers print it, in the active language."""
    tax = issuer["tax_number"]
    country = dict(countries).get(issuer["country"], issuer["country"])
    return {
        "name": issuer["name"],
        "lines": [line for line in issuer["address"].splitlines() if line.strip()]
        + [str(country)]
        + ([_("Tax number %(number)s") % {"number": tax}] if tax else []),
    }


def _facts(said: dict[str, Any], language: str) -> list[list[str]]:
    way = dict(Gift.Way.choices)[said["paid_by"]]
    return [
        [_("Number"), said["number"]],
        [_("Issued"), day_text(said["issued"], language)],
        [_("Received on"), day_text(said["received"], language)],
        [_("Paid by"), str(way)],
        [_("Gift number"), said["gift_number"]],
    ]


def _rows(said: dict[str, Any], language: str) -> list[list[str]]:
    fund = said["fund"].get(language) or next(iter(said["fund"].values()))
    rows = [[_("For: %(fund)s") % {"fund": fund}, _money(said, said["given"], language)]]
    if said["fee_cover"]:
        rows.append([_("Card fee that you covered"), _money(said, said["fee_cover"], language)])
    taken = said["given"] + said["fee_cover"] - said["kept"]
    if taken:
        rows.append([_("Went back"), f"−{_money(said, taken, language)}"])
    if said["advantage"]:
        rows.append([_("Given in return"), f"−{_money(said, said['advantage'], language)}"])
    return rows


def _replaces(said: dict[str, Any], language: str) -> str:
    if not said["replaces"]:
        return ""
    words = {
        "number": said["replaces"]["number"],
        "day": day_text(said["replaces"]["issued"], language),
    }
    return _("It replaces receipt %(number)s of %(day)s, which is void.") % words


def _money(said: dict[str, Any], amount: int, language: str) -> str:
    return format_money(Money(amount, said["currency"]), language=language)


def day_text(day: str, language: str) -> str:
    """Return an ISO day as papers print it."""
    return format_date(date.fromisoformat(day), format="long", locale=locale_for(language))
