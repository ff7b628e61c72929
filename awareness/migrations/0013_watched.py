"""What pages show is watched: a change ends what is kept of them."""

from django.db import migrations

from weintl.kept.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("awareness", "0012_likeness_of_headings"),
        ("kept", "0001_content_changes"),
    ]

    operations = [
        watch(
            "awareness_page",
            "awareness_section",
            "awareness_oldpath",
            "awareness_source",
            "awareness_statistic",
            # The feed tells of changes of a figure.
            "awareness_historicalstatistic",
            "awareness_citation",
            "awareness_seedclaim",
            "awareness_seedclaim_replaced_by",
            "awareness_helpline",
            "awareness_region",
            "awareness_country",
            "awareness_story",
        )
    ]
