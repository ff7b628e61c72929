"""Campaigns with their updates, and what a gift counts for in one."""


import django.db.models.deletion
import simple_history.models
import weintl.media.words
import weintl.money.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0014_merges_stay'),
        ('media', '0006_place_known'),
        ('payments', '0008_ways_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_es', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, verbose_name='address word')),
                ('slug_en', models.SlugField(max_length=80, null=True, verbose_name='address word')),
                ('slug_es', models.SlugField(max_length=80, null=True, verbose_name='address word')),
                ('summary', models.CharField(help_text='One sentence. The goal stands beside it; other figures need a source.', max_length=300, validators=[weintl.media.words.refuse_figures], verbose_name='summary')),
                ('summary_en', models.CharField(help_text='One sentence. The goal stands beside it; other figures need a source.', max_length=300, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='summary')),
                ('summary_es', models.CharField(help_text='One sentence. The goal stands beside it; other figures need a source.', max_length=300, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='summary')),
                ('story', models.TextField(blank=True, max_length=6000, validators=[weintl.media.words.refuse_figures], verbose_name='story')),
                ('story_en', models.TextField(blank=True, max_length=6000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='story')),
                ('story_es', models.TextField(blank=True, max_length=6000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='story')),
                ('currency', weintl.money.fields.CurrencyField(default=weintl.money.fields.base_currency, max_length=3, verbose_name='currency')),
                ('goal_amount', weintl.money.fields.MinorUnitsField(verbose_name='goal')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(blank=True, help_text='Empty: it has no end.', null=True, verbose_name='last day')),
                ('is_published', models.BooleanField(default=False, verbose_name='published')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='donations.fund', verbose_name='fund')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media.picture', verbose_name='picture')),
            ],
            options={
                'verbose_name': 'campaign',
                'verbose_name_plural': 'campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_es', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('text', models.TextField(max_length=3000, validators=[weintl.media.words.refuse_figures], verbose_name='text')),
                ('text_en', models.TextField(max_length=3000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='text')),
                ('text_es', models.TextField(max_length=3000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='text')),
                ('is_published', models.BooleanField(default=True, verbose_name='published')),
            ],
            options={
                'verbose_name': 'update of a campaign',
                'verbose_name_plural': 'updates of campaigns',
            },
        ),
        migrations.CreateModel(
            name='HistoricalCampaign',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_es', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, verbose_name='address word')),
                ('slug_en', models.SlugField(max_length=80, null=True, verbose_name='address word')),
                ('slug_es', models.SlugField(max_length=80, null=True, verbose_name='address word')),
                ('summary', models.CharField(help_text='One sentence. The goal stands beside it; other figures need a source.', max_length=300, validators=[weintl.media.words.refuse_figures], verbose_name='summary')),
                ('summary_en', models.CharField(help_text='One sentence. The goal stands beside it; other figures need a source.', max_length=300, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='summary')),
                ('summary_es', models.CharField(help_text='One sentence. The goal stands beside it; other figures need a source.', max_length=300, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='summary')),
                ('story', models.TextField(blank=True, max_length=6000, validators=[weintl.media.words.refuse_figures], verbose_name='story')),
                ('story_en', models.TextField(blank=True, max_length=6000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='story')),
                ('story_es', models.TextField(blank=True, max_length=6000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='story')),
                ('currency', weintl.money.fields.CurrencyField(default=weintl.money.fields.base_currency, max_length=3, verbose_name='currency')),
                ('goal_amount', weintl.money.fields.MinorUnitsField(verbose_name='goal')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(blank=True, help_text='Empty: it has no end.', null=True, verbose_name='last day')),
                ('is_published', models.BooleanField(default=False, verbose_name='published')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical campaign',
                'verbose_name_plural': 'historical campaigns',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCampaignUpdate',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_es', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('text', models.TextField(max_length=3000, validators=[weintl.media.words.refuse_figures], verbose_name='text')),
                ('text_en', models.TextField(max_length=3000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='text')),
                ('text_es', models.TextField(max_length=3000, null=True, validators=[weintl.media.words.refuse_figures], verbose_name='text')),
                ('is_published', models.BooleanField(default=True, verbose_name='published')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical update of a campaign',
                'verbose_name_plural': 'historical updates of campaigns',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='gift',
            name='counted_amount',
            field=weintl.money.fields.MinorUnitsField(default=0, editable=False, verbose_name='counts for its campaign'),
        ),
        migrations.CreateModel(
            name='CampaignTally',
            fields=[
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='tally', serialize=False, to='donations.campaign')),
                ('raised_amount', weintl.money.fields.MinorUnitsField(default=0, verbose_name='raised')),
                ('gift_count', models.PositiveIntegerField(default=0, verbose_name='gifts')),
            ],
            options={
                'verbose_name': 'tally of a campaign',
                'verbose_name_plural': 'tallies of campaigns',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='gift',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='donations.campaign', verbose_name='campaign'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(('counted_amount', 0), models.Q(('campaign__isnull', False), ('counted_amount__gt', 0), ('counted_amount__lte', models.F('amount')), ('received_at__isnull', False)), _connector='OR'), name='gift_counts_at_most_itself'),
        ),
        migrations.AddField(
            model_name='campaignupdate',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='donations.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='campaignupdate',
            name='picture',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media.picture', verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='historicalcampaign',
            name='fund',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='donations.fund', verbose_name='fund'),
        ),
        migrations.AddField(
            model_name='historicalcampaign',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcampaign',
            name='picture',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='media.picture', verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='historicalcampaignupdate',
            name='campaign',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='donations.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='historicalcampaignupdate',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcampaignupdate',
            name='picture',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='media.picture', verbose_name='picture'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(condition=models.Q(('is_published', True)), fields=['starts_on'], name='campaign_shown'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(fields=('slug_en',), name='campaign_slug_en_once'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(fields=('slug_es',), name='campaign_slug_es_once'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('goal_amount__gt', 0)), name='campaign_has_goal'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='campaign_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('is_published', False), models.Q(('name_en__gt', ''), ('name_es__gt', ''), ('slug_en__gt', ''), ('slug_es__gt', ''), ('summary_en__gt', ''), ('summary_es__gt', '')), _connector='OR'), name='campaign_published_in_each_language'),
        ),
        migrations.AddIndex(
            model_name='campaignupdate',
            index=models.Index(fields=['campaign', '-day', '-id'], name='campaign_update_newest'),
        ),
    ]
