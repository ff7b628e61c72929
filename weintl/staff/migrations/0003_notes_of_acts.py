"""Notes of what staff did as plain words: histories could not be opened for those of before.

They were written as changes of fields, without what Django puts into its sentence for such.
"""

import json

from django.db import migrations


def words_of(message):
    """Return the words of a note that Django cannot read; None of any other."""
    try:
        parts = json.loads(message)
    except ValueError:
        return None
    if not isinstance(parts, list):
        return None
    told = [
        part.get("changed") or part.get("added") or {} for part in parts if isinstance(part, dict)
    ]
    names = [each["name"] for each in told if "name" in each and "object" not in each]
    return ", ".join(names) or None


def rewrite(apps, schema_editor):
    LogEntry = apps.get_model("admin", "LogEntry")
    notes = LogEntry.objects.filter(change_message__startswith="[{", change_message__contains='"name"')
    for pk, message in notes.values_list("pk", "change_message").iterator():
        words = words_of(message)
        if words is not None:
            LogEntry.objects.filter(pk=pk).update(change_message=words)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_rights_of_before"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
