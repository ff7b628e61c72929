"""A campaign's story stands in both languages or in none.

Not held against campaigns that are public already: an upgrade must not fail over them.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("donations", "0026_plans_may_ask")]
    operations = [
        AddConstraintNotValid(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=Q(is_published=False)
                | Q(story_en__gt="", story_es__gt="", story_en__isnull=False, story_es__isnull=False)
                | (Q(story_en="") | Q(story_en=None)) & (Q(story_es="") | Q(story_es=None)),
                name="campaign_story_in_each_language_or_none",
            ),
        )
    ]
