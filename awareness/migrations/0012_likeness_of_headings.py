"""Likeness is looked for in headings only: in whole texts it would cost too much."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
import weintl.search.documents
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('awareness', '0011_stories'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='helpline',
            name='helpline_like_en',
        ),
        migrations.RemoveIndex(
            model_name='helpline',
            name='helpline_like_es',
        ),
        migrations.RemoveIndex(
            model_name='statistic',
            name='statistic_like_en',
        ),
        migrations.RemoveIndex(
            model_name='statistic',
            name='statistic_like_es',
        ),
        migrations.AddIndex(
            model_name='helpline',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(models.F('country_name_en'), models.Value('. '), models.F('name'), output_field=models.TextField())), name='gin_trgm_ops'), name='helpline_like_en'),
        ),
        migrations.AddIndex(
            model_name='helpline',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('country_name_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('country_name_en'), output_field=models.TextField()), models.Value('. '), models.F('name'), output_field=models.TextField())), name='gin_trgm_ops'), name='helpline_like_es'),
        ),
        migrations.AddIndex(
            model_name='statistic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(models.F('value_text_en'), models.Value('. '), models.F('counts_what_en'), output_field=models.TextField())), name='gin_trgm_ops'), name='statistic_like_en'),
        ),
        migrations.AddIndex(
            model_name='statistic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('value_text_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('value_text_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('counts_what_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('counts_what_en'), output_field=models.TextField()), output_field=models.TextField())), name='gin_trgm_ops'), name='statistic_like_es'),
        ),
    ]
