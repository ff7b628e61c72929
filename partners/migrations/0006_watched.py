"""What pages show is watched: a change ends what is kept of them."""

from django.db import migrations

from weintl.kept.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_transfer_newest"),
        ("kept", "0001_content_changes"),
    ]

    operations = [
        watch(
            "partners_partner",
            "partners_programme",
            "partners_splitrule",
        )
    ]
