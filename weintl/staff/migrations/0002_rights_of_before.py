"""Record what groups were given by the table as it was before rights were recorded.

A group got its rights when it was made. What it has not now, staff took away; unless no group
has any right to that model: then the model came later, and its rights are still to be given.
"""

from django.db import migrations

VIEW = {"view"}
EDIT = {"view", "add", "change"}
EVERY = (
    "accounts", "awareness", "donations", "mail", "marketplace", "media",
    "organisation", "partners", "payments", "verify",
)  # fmt: skip
INTERNAL = ("contact", "document", "duediligence", "agreement", "statuschange")
MEDIA = {"media.picture": EDIT}
GROUPS = {
    "editor": {"awareness": EDIT, **MEDIA},
    "publisher": {"awareness": {*EDIT, "publish"}, **MEDIA},
    "consent officer": {"media": EDIT, "awareness": VIEW, "awareness.story": EDIT},
    "shop": {
        "marketplace": EDIT,
        **MEDIA,
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
        **{f"partners.{model}": EDIT for model in INTERNAL},
        **MEDIA,
    },
    "auditor": {
        **dict.fromkeys(EVERY, VIEW),
        **{f"partners.{model}": VIEW for model in INTERNAL},
    },
    "administrator": {
        "accounts": EDIT,
        "auth": EDIT,
        "organisation": EDIT,
        "mail": EDIT,
        **MEDIA,
        "verify": VIEW,
    },
}


def record(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    GivenRight = apps.get_model("staff", "GivenRight")
    groups = list(Group.objects.filter(name__in=GROUPS))
    held = Permission.objects.filter(group__in=groups)
    known = set(held.values_list("content_type_id", flat=True))
    permissions = list(
        Permission.objects.filter(content_type__in=known).select_related("content_type")
    )
    for group in groups:
        table = GROUPS[group.name]
        for permission in permissions:
            app, model = permission.content_type.app_label, permission.content_type.model
            actions = set(table.get(f"{app}.{model}", ()))
            if not (app == "partners" and model in INTERNAL):
                actions |= set(table.get(app, ()))
            if permission.codename.split("_")[0] in actions:
                GivenRight.objects.create(group=group.name, right=f"{app}.{permission.codename}")


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_given_rights"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
