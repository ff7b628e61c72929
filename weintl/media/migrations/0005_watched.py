"""What pages show is watched: a change ends what is kept of them."""

from django.db import migrations

from weintl.kept.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0004_pictures_of_people"),
        ("kept", "0001_content_changes"),
    ]

    operations = [
        watch(
            "media_picture",
            "media_consentrecord",
            "media_withdrawal",
        )
    ]
