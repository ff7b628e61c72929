"""The groups of staff and what each may do. Source: docs/staff/groups.md."""

from django.contrib.auth.models import Group, Permission

VIEW = ("view",)
EDIT = ("view", "add", "change")
ALL = ("accounts", "awareness", "donations", "mail", "marketplace", "media")
EVERY = (*ALL, "organisation", "partners", "payments")

# Group -> app label -> actions on all models of that app. Ledger, payments and events
# refuse changes by themselves, whoever asks.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "editor": {"awareness": EDIT, "media": EDIT},
    "publisher": {"awareness": (*EDIT, "publish"), "media": EDIT},
    "consent officer": {"media": EDIT, "awareness": VIEW},
    "shop": {"marketplace": EDIT, "media": EDIT, "partners": VIEW},
    "fulfilment": {"marketplace": EDIT, "mail": VIEW},
    "finance": {"payments": EDIT, "partners": EDIT, "marketplace": EDIT, "donations": EDIT},
    "finance approver": {"payments": VIEW, "partners": EDIT, "marketplace": VIEW},
    "partners": {"partners": EDIT, "media": EDIT},
    "auditor": dict.fromkeys(EVERY, VIEW),
    "administrator": {
        "accounts": EDIT,
        "auth": EDIT,
        "organisation": EDIT,
        "mail": EDIT,
        "media": EDIT,
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
            for label, actions in apps.items()
            for permission in Permission.objects.filter(content_type__app_label=label)
            if permission.codename.split("_")[0] in actions
        ]
        group.permissions.set(wanted)
