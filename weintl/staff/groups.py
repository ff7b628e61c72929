"""The groups of staff and what each may do. Source: docs/staff/groups.md."""

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

VIEW = ("view",)
EDIT = ("view", "add", "change")
ALL = ("accounts", "awareness", "donations", "mail", "marketplace", "media")
EVERY = (*ALL, "organisation", "partners", "payments", "verify")

# What is known of a partner and of people there: only for groups that name it.
INTERNAL = tuple(
    f"partners.{model}"
    for model in ("contact", "document", "duediligence", "agreement", "statuschange")
)

# Group -> app, or app.model -> actions on all models of the app, or on the one. Ledger,
# payments and events refuse changes by themselves, whoever asks. Consents are for their
# officers: everybody else who works with media sees pictures only. Payouts and bank details
# are for finance: who works with partners does not send money.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "editor": {"awareness": EDIT, "media.picture": EDIT},
    "publisher": {"awareness": (*EDIT, "publish"), "media.picture": EDIT},
    "consent officer": {"media": EDIT, "awareness": VIEW, "awareness.story": EDIT},
    "shop": {
        "marketplace": EDIT,
        "media.picture": EDIT,
        "partners.partner": VIEW,
        "partners.programme": VIEW,
        "partners.splitrule": VIEW,
    },
    "fulfilment": {"marketplace": EDIT, "mail": VIEW},
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
    "auditor": dict.fromkeys((*EVERY, *INTERNAL), VIEW),
    "administrator": {
        "accounts": EDIT,
        "auth": EDIT,
        "organisation": EDIT,
        "mail": EDIT,
        "media.picture": EDIT,
        "verify": VIEW,
    },
}


def ensure() -> None:
    """Create the groups that are missing, with their permissions; change no existing one."""
    for name, apps in GROUPS.items():
        group, created = Group.objects.get_or_create(name=name)
        if not created:
            continue
        wanted = [
            permission
            for area, actions in apps.items()
            for permission in _permissions(area)
            if permission.codename.split("_")[0] in actions
        ]
        group.permissions.set(wanted)


def _permissions(area: str) -> QuerySet[Permission]:
    """Return the permissions of one model such as `media.picture`, or of an app.

    An app's are without those of what is internal.
    """
    label, _dot, model = area.partition(".")
    found = Permission.objects.filter(content_type__app_label=label)
    if model:
        return found.filter(content_type__model=model)
    hidden = [name.partition(".")[2] for name in INTERNAL if name.startswith(f"{label}.")]
    return found.exclude(content_type__model__in=hidden)
