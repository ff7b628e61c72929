"""The groups of staff and what each may do. Source: docs/staff/groups.md."""

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet

from .models import GivenRight

VIEW = ("view",)
EDIT = ("view", "add", "change")
ALL = ("accounts", "awareness", "donations", "mail", "marketplace", "media")
EVERY = (*ALL, "organisation", "partners", "payments", "verify")

# What is known of a partner and of people there: only for groups that name it.
INTERNAL = tuple(
    f"partners.{model}"
    for model in ("contact", "document", "duediligence", "agreement", "statuschange")
)
# Whole tables of the catalogue come in only by those whose work it is.
TABLES = "marketplace.cataloguefile"

# What is asked for together: words and days, no money.
CAMPAIGNS = ("donations.campaign", "donations.campaignupdate", "donations.suggestion")

# What is done with pieces that come and go.
PACKING = tuple(
    f"marketplace.{model}"
    for model in (
        "order",
        "returnrequest",
        "shipment",
        "carrier",
        "delivery",
        "deliveryline",
        "stock",
        "stockalert",
        "stockcount",
    )
)

# Group -> app, or app.model -> actions on all models of the app, or on the one. Ledger,
# payments and events refuse changes by themselves, whoever asks. Consents are for their
# officers: everybody else who works with media sees pictures only. Payouts and bank details
# are for finance: who works with partners does not send money.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "editor": {"awareness": EDIT, "media.picture": EDIT},
    "publisher": {
        "awareness": (*EDIT, "publish"),
        "media.picture": EDIT,
        **dict.fromkeys(CAMPAIGNS, EDIT),
    },
    "consent officer": {"media": EDIT, "awareness": VIEW, "awareness.story": EDIT},
    "shop": {
        "marketplace": EDIT,
        TABLES: EDIT,
        "media.picture": EDIT,
        "partners.partner": VIEW,
        "partners.programme": VIEW,
        "partners.splitrule": VIEW,
    },
    # Who packs and receives: prices, taxes, vouchers and rates are read only.
    "fulfilment": {
        "marketplace": VIEW,
        **dict.fromkeys(PACKING, EDIT),
        "mail": VIEW,
    },
    "finance": {
        "payments": EDIT,
        "partners": EDIT,
        "marketplace": EDIT,
        "donations": EDIT,
        "verify": VIEW,
    },
    "finance approver": {
        "payments": VIEW,
        "partners": EDIT,
        "marketplace": VIEW,
        "verify": VIEW,
    },
    "partners": {
        "partners": VIEW,
        "partners.partner": EDIT,
        "partners.programme": EDIT,
        "partners.splitrule": EDIT,
        **dict.fromkeys(INTERNAL, EDIT),
        "media.picture": EDIT,
    },
    "auditor": dict.fromkeys((*EVERY, *INTERNAL, TABLES), VIEW),
    "administrator": {
        "accounts": EDIT,
        "auth": EDIT,
        "organisation": EDIT,
        "mail": EDIT,
        "media.picture": EDIT,
        "verify": VIEW,
    },
}


@transaction.atomic
def ensure() -> None:
    """Create the groups that are missing, and give each right of the table once.

    What staff took away stays away, also a group that they removed or renamed; what the table
    gives no more is taken once. So an existing installation gets the rights to new models.
    """
    given: dict[str, set[str]] = {}
    for row in GivenRight.objects.select_for_update().order_by("group", "right"):
        given.setdefault(row.group, set()).add(row.right)
    named = {str(group.name): group for group in Group.objects.filter(name__in=GROUPS)}
    for name, apps in GROUPS.items():
        group = named.get(name)
        if group is None and name in given:
            continue
        _bring_up(group or Group.objects.create(name=name), apps, given.get(name, set()))


def _bring_up(group: Group, apps: dict[str, tuple[str, ...]], given: set[str]) -> None:
    wanted = {_right(permission): permission for permission in _wanted(apps)}
    new = sorted(wanted.keys() - given)
    if new:
        group.permissions.add(*(wanted[right] for right in new))
        GivenRight.objects.bulk_create(
            (GivenRight(group=group.name, right=right) for right in new), ignore_conflicts=True
        )
    gone = given - wanted.keys()
    if gone:
        held = group.permissions.select_related("content_type")
        group.permissions.remove(*(each for each in held if _right(each) in gone))
        GivenRight.objects.filter(group=group.name, right__in=gone).delete()


def _right(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def _wanted(apps: dict[str, tuple[str, ...]]) -> Iterator[Permission]:
    for area, actions in apps.items():
        for permission in _permissions(area).select_related("content_type"):
            if permission.codename.split("_")[0] in actions:
                yield permission


def _permissions(area: str) -> QuerySet[Permission]:
    """Return the permissions of one model such as `media.picture`, or of an app.

    An app's are without those of what is internal.
    """
    label, _dot, model = area.partition(".")
    found = Permission.objects.filter(content_type__app_label=label)
    if model:
        return found.filter(content_type__model=model)
    apart = (*INTERNAL, TABLES)
    hidden = [name.partition(".")[2] for name in apart if name.startswith(f"{label}.")]
    return found.exclude(content_type__model__in=hidden)
