"""The page of the money's proof: for auditors, finance and whoever asks them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from partners.models import Account, Transfer
from partners.sources import source_address
from weintl.rows import link, link_to, link_to_list, minor
from weintl.staff import proof
from weintl.staff.proof import Claim, Proof, UnderWay
from weintl.verify.models import Verification

RIGHTS = ("payments.view_reconciliation", "partners.view_entry")


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the proof of each currency, and what is under way. Raises PermissionDenied."""
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    runs = proof.latest()
    found = proof.proofs(runs)
    return TemplateResponse(
        request,
        "staff/proof.html",
        {
            **context,
            "title": _("Proof of the money"),
            "cut_off": runs[0].cut_off_at if runs else None,
            "proofs": [_shown(one) for one in found],
            "verified": Verification.objects.order_by("-began_at").first(),
            "is_proved": all(one.is_proved for one in found),
            "under_way": _under_way(proof.under_way(runs)) if runs else None,
        },
    )


def _shown(one: Proof) -> dict[str, Any]:
    run = one.reconciliation
    currency = run.currency
    return {
        "currency": currency.upper(),
        "claims": [_row(claim, currency) for claim in one.claims if claim.rows or claim.ledger],
        "balance": _row(one.balance, currency),
        "provider": {
            **_row(one.provider, currency),
            "parts": [minor(run.provider_balance, currency), minor(run.in_flight, currency)],
            "run": link_to(run, str(_("comparison"))),
        },
        "payouts": [_row(claim, currency) for claim in one.payouts],
        "differences": one.differences
        and link_to_list("payments_difference", one.differences, resolved_at__isempty=1),
        "moved_since": minor(one.moved_since, currency),
        "ledger_now": minor(one.ledger_now, currency),
        "is_proved": one.is_proved,
    }


def _row(claim: Claim, currency: str) -> dict[str, Any]:
    label: Any = claim.label
    return {
        "label": link_to_list(claim.model, label) if claim.model else label,
        "rows": minor(claim.rows, currency),
        "ledger": _entries(claim, minor(claim.ledger, currency)),
        "is_equal": claim.is_equal,
    }


def _entries(claim: Claim, words: str) -> str:
    if not claim.kinds:
        return words
    return link_to_list("partners_entry", words, kind__in=",".join(sorted(claim.kinds)))


def _under_way(found: UnderWay) -> dict[str, Any]:
    return {
        "since": [_moved(row) for row in found.since],
        "more": max(found.since_count - len(found.since), 0),
        "waiting": [
            {
                "at": localize(localtime(row.succeeded_at)) if row.succeeded_at else "–",
                "what": link_to(row),
                "amount": minor(row.amount, row.currency),
            }
            for row in found.payments
        ]
        + [
            {
                "at": localize(localtime(row.refunded_at)) if row.refunded_at else "–",
                "what": link_to(row),
                "amount": minor(-row.amount, row.currency),
            }
            for row in found.refunds
        ],
    }


def _moved(row: Transfer) -> dict[str, Any]:
    sign = 1 if row.debit.kind == Account.Kind.PROVIDER else -1
    source = source_address(row.entry.source_key)
    return {
        "at": localize(localtime(row.occurred_at)),
        "what": link_to(row.entry, row.entry.get_kind_display()),
        "source": link(source, _("Show")) if source else "–",
        "amount": minor(sign * row.amount, row.currency),
    }
