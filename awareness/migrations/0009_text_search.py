"""The words of pages for search, and indexes over figures and helplines."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import weintl.search.documents
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('awareness', '0008_old_paths'),
        ('search', '0001_text_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('words', models.TextField(blank=True, verbose_name='words')),
                ('folded', models.TextField(blank=True, verbose_name='words without accents')),
                ('vector', django.contrib.postgres.search.SearchVectorField(null=True, verbose_name='stems')),
            ],
            options={
                'verbose_name': 'text for search',
                'verbose_name_plural': 'texts for search',
            },
        ),
        migrations.AddIndex(
            model_name='helpline',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(models.F('country_name_en'), models.F('name'), config='weintl_en', weight='A'), '||', django.contrib.postgres.search.SearchVector(models.F('operator_en'), models.F('for_whom_en'), config='weintl_en', weight='C'), django.contrib.postgres.search.SearchConfig('weintl_en')), name='helpline_words_en'),
        ),
        migrations.AddIndex(
            model_name='helpline',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(models.F('country_name_en'), models.Value('. '), models.F('name'), models.Value('. '), models.F('operator_en'), models.Value('. '), models.F('for_whom_en'), output_field=models.TextField())), name='gin_trgm_ops'), name='helpline_like_en'),
        ),
        migrations.AddIndex(
            model_name='helpline',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('country_name_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('country_name_en'), output_field=models.TextField()), models.F('name'), config='weintl_es', weight='A'), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('operator_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('operator_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('for_whom_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('for_whom_en'), output_field=models.TextField()), config='weintl_es', weight='C'), django.contrib.postgres.search.SearchConfig('weintl_es')), name='helpline_words_es'),
        ),
        migrations.AddIndex(
            model_name='helpline',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('country_name_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('country_name_en'), output_field=models.TextField()), models.Value('. '), models.F('name'), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('operator_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('operator_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('for_whom_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('for_whom_en'), output_field=models.TextField()), output_field=models.TextField())), name='gin_trgm_ops'), name='helpline_like_es'),
        ),
        migrations.AddIndex(
            model_name='statistic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(models.F('value_text_en'), models.F('counts_what_en'), config='weintl_en', weight='A'), '||', django.contrib.postgres.search.SearchVector(models.F('statement_en'), models.F('caveat_en'), models.F('data_year_en'), config='weintl_en', weight='C'), django.contrib.postgres.search.SearchConfig('weintl_en')), name='statistic_words_en'),
        ),
        migrations.AddIndex(
            model_name='statistic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(models.F('value_text_en'), models.Value('. '), models.F('counts_what_en'), models.Value('. '), models.F('statement_en'), models.Value('. '), models.F('caveat_en'), models.Value('. '), models.F('data_year_en'), output_field=models.TextField())), name='gin_trgm_ops'), name='statistic_like_en'),
        ),
        migrations.AddIndex(
            model_name='statistic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('value_text_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('value_text_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('counts_what_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('counts_what_en'), output_field=models.TextField()), config='weintl_es', weight='A'), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('statement_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('statement_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('caveat_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('caveat_en'), output_field=models.TextField()), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('data_year_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('data_year_en'), output_field=models.TextField()), config='weintl_es', weight='C'), django.contrib.postgres.search.SearchConfig('weintl_es')), name='statistic_words_es'),
        ),
        migrations.AddIndex(
            model_name='statistic',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(weintl.search.documents.Folded(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('value_text_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('value_text_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('counts_what_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('counts_what_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('statement_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('statement_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('caveat_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('caveat_en'), output_field=models.TextField()), models.Value('. '), django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(models.F('data_year_es'), models.Value('', output_field=models.TextField()), output_field=models.TextField()), models.F('data_year_en'), output_field=models.TextField()), output_field=models.TextField())), name='gin_trgm_ops'), name='statistic_like_es'),
        ),
        migrations.AddField(
            model_name='pagetext',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='awareness.page'),
        ),
        migrations.AddIndex(
            model_name='pagetext',
            index=django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='page_text_words'),
        ),
        migrations.AddIndex(
            model_name='pagetext',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('folded', name='gin_trgm_ops'), name='page_text_like'),
        ),
        migrations.AddConstraint(
            model_name='pagetext',
            constraint=models.UniqueConstraint(fields=('page', 'language'), name='page_text_once'),
        ),
    ]
