"""Indexes over the words of products."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.comparison
import django.db.models.functions.text
import weintl.search.documents
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_text_search'),
        ('marketplace', '0002_triggers'),
        ('partners', '0003_maturities_stay'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(models.F('name_en'), models.F('by_line_en'), config='weintl_en', weight='A'), '||', django.contrib.postgres.search.SearchVector(models.F('description_en'), models.F('made_by_en'), models.F('material_en'), models.F('size_en'), config='weintl_en', weight='C'), django.contrib.postgres.search.SearchConfig('weintl_en')), name='product_words_en'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(models.F('name_en'), models.Value('. '), models.F('by_line_en'), models.Value('. '), models.F('description_en'), models.Value('. '), models.F('made_by_en'), models.Value('. '), models.F('material_en'), models.Value('. '), models.F('size_en'), output_field=models.TextField())), name='gin_trgm_ops'), name='product_like_en'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('name_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('name_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('by_line_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('by_line_en'), output_field=models.TextField()), config='weintl_es', weight='A'), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('description_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('description_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('made_by_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('made_by_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('material_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('material_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('size_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('size_en'), output_field=models.TextField()), config='weintl_es', weight='C'), django.contrib.postgres.search.SearchConfig('weintl_es')), name='product_words_es'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('name_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('name_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('by_line_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('by_line_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('description_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('description_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('made_by_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('made_by_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('material_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('material_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('size_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('size_en'), output_field=models.TextField()), output_field=models.TextField())), name='gin_trgm_ops'), name='product_like_es'),
        ),
    ]
