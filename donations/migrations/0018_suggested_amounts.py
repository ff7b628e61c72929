"""Amounts that the give page suggests, with what they make possible and how we know."""


import django.db.models.deletion
import simple_history.models
import weintl.money.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0017_searched_by_staff'),
        ('media', '0006_place_known'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalSuggestion',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('currency', weintl.money.fields.CurrencyField(default=weintl.money.fields.base_currency, max_length=3, verbose_name='currency')),
                ('amount', weintl.money.fields.MinorUnitsField(verbose_name='amount')),
                ('sentence', models.CharField(blank=True, help_text='One sentence, such as “A month of lessons for one person.”', max_length=160, verbose_name='what it makes possible')),
                ('sentence_en', models.CharField(blank=True, help_text='One sentence, such as “A month of lessons for one person.”', max_length=160, null=True, verbose_name='what it makes possible')),
                ('sentence_es', models.CharField(blank=True, help_text='One sentence, such as “A month of lessons for one person.”', max_length=160, null=True, verbose_name='what it makes possible')),
                ('source', models.CharField(blank=True, help_text='How we know: whose price list, report or statement, and of when.', max_length=200, verbose_name='source')),
                ('source_url', models.URLField(blank=True, max_length=400, verbose_name='address of the source')),
                ('source_on', models.DateField(blank=True, null=True, verbose_name='as of')),
                ('is_shown', models.BooleanField(default=False, verbose_name='shown')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical suggested amount',
                'verbose_name_plural': 'historical suggested amounts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', weintl.money.fields.CurrencyField(default=weintl.money.fields.base_currency, max_length=3, verbose_name='currency')),
                ('amount', weintl.money.fields.MinorUnitsField(verbose_name='amount')),
                ('sentence', models.CharField(blank=True, help_text='One sentence, such as “A month of lessons for one person.”', max_length=160, verbose_name='what it makes possible')),
                ('sentence_en', models.CharField(blank=True, help_text='One sentence, such as “A month of lessons for one person.”', max_length=160, null=True, verbose_name='what it makes possible')),
                ('sentence_es', models.CharField(blank=True, help_text='One sentence, such as “A month of lessons for one person.”', max_length=160, null=True, verbose_name='what it makes possible')),
                ('source', models.CharField(blank=True, help_text='How we know: whose price list, report or statement, and of when.', max_length=200, verbose_name='source')),
                ('source_url', models.URLField(blank=True, max_length=400, verbose_name='address of the source')),
                ('source_on', models.DateField(blank=True, null=True, verbose_name='as of')),
                ('is_shown', models.BooleanField(default=False, verbose_name='shown')),
            ],
            options={
                'verbose_name': 'suggested amount',
                'verbose_name_plural': 'suggested amounts',
            },
        ),
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_published_in_each_language',
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('is_published', False), models.Q(('name_en__gt', ''), ('name_en__isnull', False), ('name_es__gt', ''), ('name_es__isnull', False), ('slug_en__gt', ''), ('slug_en__isnull', False), ('slug_es__gt', ''), ('slug_es__isnull', False), ('summary_en__gt', ''), ('summary_en__isnull', False), ('summary_es__gt', ''), ('summary_es__isnull', False)), _connector='OR'), name='campaign_published_in_each_language'),
        ),
        migrations.AddField(
            model_name='historicalsuggestion',
            name='campaign',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for the give page and for campaigns without amounts of their own.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='donations.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='historicalsuggestion',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='campaign',
            field=models.ForeignKey(blank=True, help_text='Empty: for the give page and for campaigns without amounts of their own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='donations.campaign', verbose_name='campaign'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.UniqueConstraint(fields=('campaign', 'currency', 'amount'), name='suggestion_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='suggestion_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(('is_shown', False), models.Q(('sentence_en__gt', ''), ('sentence_en__isnull', False), ('sentence_es__gt', ''), ('sentence_es__isnull', False), ('source__gt', ''), ('source_on__isnull', False)), _connector='OR'), name='suggestion_shown_has_words_and_source'),
        ),
    ]
