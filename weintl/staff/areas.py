"""The areas of the admin's first page and side bar, in the order of the work."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Title -> the models' names in their order. What stands in none keeps its app's own area, last.
AREAS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Shop"),
        (
            "marketplace.waitingorder", "marketplace.order", "marketplace.shipment",
            "marketplace.returnrequest", "marketplace.customer",
            "marketplace.product", "marketplace.variant", "marketplace.cataloguefile",
            "marketplace.invoice", "marketplace.category", "marketplace.technique",
            "marketplace.material", "marketplace.option", "marketplace.optionvalue",
            "marketplace.delivery",
            "marketplace.stock", "marketplace.lowvariant", "marketplace.stockcount",
            "marketplace.stockmove", "marketplace.hold", "marketplace.stockalert",
        ),
    ),
    (
        _("Selling"),
        (
            "marketplace.shippingzone", "marketplace.shippingrate", "marketplace.unservedcountry",
            "marketplace.carrier", "marketplace.taxrule", "marketplace.voucher",
            "marketplace.voucheruse",
        ),
    ),
    (_("Gifts"), ("donations.gift", "donations.plan", "donations.donor", "donations.receipt",
                "donations.yearstatement", "donations.fund", "donations.campaign",
                "donations.suggestion", "donations.offlinebatch",
                "donations.guardchange")),
    (
        _("Partners"),
        (
            "partners.partner", "partners.programme", "partners.splitrule", "partners.allocation",
            "partners.duediligence", "partners.agreement", "partners.document",
            "partners.payout", "partners.bankfile", "partners.bankdetails", "partners.statement",
        ),
    ),
    (
        _("Payments"),
        (
            "payments.payment", "payments.subscription", "payments.refund",
            "payments.dispute", "payments.providerpayout",
            "payments.providerpayoutitem", "payments.difference", "payments.reconciliation",
            "payments.webhookevent",
        ),
    ),
    (
        _("Ledger"),
        (
            "partners.account", "partners.entry", "partners.transfer", "partners.closedmonth",
            "partners.maturity", "partners.seal", "partners.cashcount", "partners.cashtransfer",
        ),
    ),
    (_("Verification"), ("verify.brokenrule", "verify.verification")),
    (_("Mail"), ("mail.mail",)),
    (
        _("People"),
        (
            "accounts.user", "auth.group", "account.emailaddress", "accounts.secondfactor",
        ),
    ),
)  # fmt: skip


REPORTS = ("marketplace.view_order", "marketplace.view_stock")
# Pages that are no model's: the area, the words, the address, and what one must be allowed.
PAGES: tuple[tuple[Any, Any, str, tuple[str, ...]], ...] = (
    (_("Shop"), _("Sales"), "admin:marketplace_sales", REPORTS),
    (_("Shop"), _("On the shelves"), "admin:marketplace_shelves", REPORTS),
    (
        _("Ledger"),
        _("Proof of the money"),
        "admin:proof",
        ("payments.view_reconciliation", "partners.view_entry"),
    ),
    (_("Ledger"), _("Trial balance"), "admin:partners_trial_balance", ("partners.view_account",)),
)


def pages_for(user: Any) -> dict[str, list[dict[str, Any]]]:
    """Return, by area, the pages that `user` may see, as rows of Django's list of models."""
    found: dict[str, list[dict[str, Any]]] = {}
    for area, words, name, rights in PAGES:
        if user.has_perms(rights):
            row = {
                "name": words,
                "object_name": name,
                "admin_url": reverse(name),
                "add_url": None,
                "view_only": True,
                "perms": {},
            }
            found.setdefault(str(area), []).append(row)
    return found


def by_work(
    apps: list[dict[str, Any]], *, pages: dict[str, list[dict[str, Any]]] | None = None
) -> list[dict[str, Any]]:
    """Return Django's list of apps with their models moved into our areas, after its `pages`.

    Only what the person may see is in `apps`; an area without any of it is left out.
    """
    models = {
        f"{app['app_label']}.{model['object_name'].lower()}": (app, model)
        for app in apps
        for model in app["models"]
    }
    areas = []
    for title, names in AREAS:
        found = [models.pop(name) for name in names if name in models]
        if found:
            rows = [*(pages or {}).get(str(title), []), *(model for _app, model in found)]
            areas.append({**found[0][0], "name": title, "models": rows})
    for app in apps:
        rest = [model for owner, model in models.values() if owner is app]
        if rest:
            areas.append({**app, "models": rest})
    return areas
