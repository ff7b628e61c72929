"""Likeness is looked for in headings only: in whole texts it would cost too much."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
import weintl.search.documents
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0004_name_relations'),
        ('partners', '0003_maturities_stay'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='product',
            name='product_like_en',
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_like_es',
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(models.F('name_en'), models.Value('. '), models.F('by_line_en'), output_field=models.TextField())), name='gin_trgm_ops'), name='product_like_en'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('name_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('name_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('by_line_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('by_line_en'), output_field=models.TextField()), output_field=models.TextField())), name='gin_trgm_ops'), name='product_like_es'),
        ),
    ]
