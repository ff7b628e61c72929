"""Listings point to looks, and bear the stems by which they are found."""

from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

before = import_module("marketplace.migrations.0015_listing_kept").LISTED
LISTED_BEFORE = before[
    before.index("CREATE OR REPLACE FUNCTION marketplace_list_again") : before.index(
        "CREATE FUNCTION marketplace_products_came"
    )
]
ALL_AGAIN = "SELECT marketplace_list_again((SELECT array_agg(id) FROM marketplace_product));"
EMPTIED = "DELETE FROM marketplace_listing;"


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0022_listing_orders"),
        ("search", "0002_words"),
    ]

    operations = [
        migrations.RunSQL(EMPTIED, LISTED_BEFORE + ALL_AGAIN),
        migrations.DeleteModel(name="ListingText"),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("category_id", models.BigIntegerField()),
                ("technique_id", models.BigIntegerField(null=True)),
                ("programme_id", models.BigIntegerField()),
                ("is_one_of_a_kind", models.BooleanField()),
                ("step", models.BigIntegerField(null=True)),
                ("materials", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ("colours", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            model_name="listing",
            name="look",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="marketplace.look"),
        ),
        migrations.AddField(
            model_name="listing",
            name="vector_en",
            field=django.contrib.postgres.search.SearchVectorField(),
        ),
        migrations.AddField(
            model_name="listing",
            name="vector_es",
            field=django.contrib.postgres.search.SearchVectorField(),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector_en"], name="listing_words_en"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector_es"], name="listing_words_es"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["look"], include=["is_in_stock"], name="listing_looks"),
        ),
    ]
