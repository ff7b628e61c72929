import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
import weintl.media.models.consents
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Doomed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=200, unique=True, verbose_name='path')),
                ('not_before', models.DateTimeField(verbose_name='not before')),
            ],
            options={
                'verbose_name': 'files to be removed',
                'verbose_name_plural': 'files to be removed',
            },
        ),
        migrations.CreateModel(
            name='HistoricalConsentRecord',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, default=weintl.media.models.consents.new_code, editable=False, max_length=20, verbose_name='code')),
                ('partner', models.SlugField(help_text="The partner's address word, as in its page.", max_length=80, verbose_name='partner')),
                ('obtained_by', models.CharField(help_text='The role, such as case worker. No name.', max_length=120, verbose_name='obtained by')),
                ('language', models.CharField(help_text="The person's own, in words.", max_length=40, verbose_name='language of the talk')),
                ('obtained_on', models.DateField(verbose_name='obtained on')),
                ('given_by', models.CharField(choices=[('adult', 'the person, an adult'), ('guardian', 'a guardian, for a minor')], max_length=8, verbose_name='given by')),
                ('is_from_programme', models.BooleanField(default=True, verbose_name='has been in a programme')),
                ('left_programme_on', models.DateField(blank=True, help_text='Empty while the person is in it: nothing is shown until a year after.', null=True, verbose_name='left the programme on')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('web', 'pages of this site'), ('shop', 'the shop'), ('print', 'print'), ('social', 'social media'), ('press', 'press'), ('fundraising', 'fundraising')], max_length=12), size=None, verbose_name='for')),
                ('shows_face', models.BooleanField(default=False, verbose_name='face may be recognised')),
                ('uses_name', models.BooleanField(default=False, verbose_name='a name may be used')),
                ('place', models.CharField(choices=[('none', 'no place'), ('country', 'the country'), ('region', 'a region of the country')], default='none', max_length=8, verbose_name='place that may be named')),
                ('risk_assessed_on', models.DateField(blank=True, null=True, verbose_name='risk assessed on')),
                ('expires_on', models.DateField(help_text='Three years after it was obtained, at most.', verbose_name='expires on')),
                ('paper_reference', models.CharField(help_text="The partner's file number. The paper itself stays with the partner.", max_length=120, verbose_name='where the paper is')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical consent',
                'verbose_name_plural': 'historical consents',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('picture', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='upload', serialize=False, to='media.picture')),
                ('data', models.BinaryField()),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='being rendered since')),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'picture to be rendered',
                'verbose_name_plural': 'pictures to be rendered',
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('withdrawn_at', models.DateTimeField(verbose_name='withdrawn')),
                ('erased', models.JSONField(default=dict, verbose_name='erased')),
                ('is_written_down', models.BooleanField(default=False, verbose_name='stands in the list outside')),
            ],
            options={
                'verbose_name': 'withdrawal',
                'verbose_name_plural': 'withdrawals',
                'ordering': ['-withdrawn_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='picture',
            name='folder',
            field=models.CharField(editable=False, max_length=50, null=True, unique=True, verbose_name='folder'),
        ),
        migrations.AddField(
            model_name='picture',
            name='is_decorative',
            field=models.BooleanField(default=False, help_text='It says nothing that the text does not say: readers of screens skip it.', verbose_name='decorative'),
        ),
        migrations.AddField(
            model_name='picture',
            name='people',
            field=models.CharField(choices=[('none', 'nobody'), ('seen', 'people who cannot be recognised: hands, backs'), ('face', 'people who can be recognised')], default='none', max_length=4, verbose_name='who is seen'),
        ),
        migrations.AddField(
            model_name='picture',
            name='renditions',
            field=models.JSONField(default=list, editable=False, verbose_name='files'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='alt',
            field=models.CharField(blank=True, max_length=250, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='alt_en',
            field=models.CharField(blank=True, max_length=250, null=True, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='alt_es',
            field=models.CharField(blank=True, max_length=250, null=True, verbose_name='alternative text'),
        ),
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=weintl.media.models.consents.new_code, editable=False, max_length=20, unique=True, verbose_name='code')),
                ('partner', models.SlugField(help_text="The partner's address word, as in its page.", max_length=80, verbose_name='partner')),
                ('obtained_by', models.CharField(help_text='The role, such as case worker. No name.', max_length=120, verbose_name='obtained by')),
                ('language', models.CharField(help_text="The person's own, in words.", max_length=40, verbose_name='language of the talk')),
                ('obtained_on', models.DateField(verbose_name='obtained on')),
                ('given_by', models.CharField(choices=[('adult', 'the person, an adult'), ('guardian', 'a guardian, for a minor')], max_length=8, verbose_name='given by')),
                ('is_from_programme', models.BooleanField(default=True, verbose_name='has been in a programme')),
                ('left_programme_on', models.DateField(blank=True, help_text='Empty while the person is in it: nothing is shown until a year after.', null=True, verbose_name='left the programme on')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('web', 'pages of this site'), ('shop', 'the shop'), ('print', 'print'), ('social', 'social media'), ('press', 'press'), ('fundraising', 'fundraising')], max_length=12), size=None, verbose_name='for')),
                ('shows_face', models.BooleanField(default=False, verbose_name='face may be recognised')),
                ('uses_name', models.BooleanField(default=False, verbose_name='a name may be used')),
                ('place', models.CharField(choices=[('none', 'no place'), ('country', 'the country'), ('region', 'a region of the country')], default='none', max_length=8, verbose_name='place that may be named')),
                ('risk_assessed_on', models.DateField(blank=True, null=True, verbose_name='risk assessed on')),
                ('expires_on', models.DateField(help_text='Three years after it was obtained, at most.', verbose_name='expires on')),
                ('paper_reference', models.CharField(help_text="The partner's file number. The paper itself stays with the partner.", max_length=120, verbose_name='where the paper is')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['expires_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('withdrawn_at', None)), fields=['expires_on'], name='consent_living')],
                'constraints': [models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['web', 'shop', 'print', 'social', 'press', 'fundraising']), ('scopes__len__gte', 1)), name='consent_scopes_known', violation_error_message='Choose at least one use.'), models.CheckConstraint(condition=models.Q(('expires_on__gt', models.F('obtained_on')), ('expires_on__lte', weintl.media.models.consents.ThreeYearsAfter(models.F('obtained_on')))), name='consent_three_years_at_most', violation_error_message='A consent ends within three years.'), models.CheckConstraint(condition=models.Q(('given_by', 'adult'), models.Q(('given_by', 'guardian'), ('place__in', ['none', 'country']), ('shows_face', False), ('uses_name', False)), _connector='OR'), name='consent_no_minor_identifiable', violation_error_message='A minor can never be recognised: no face, no name, no region.'), models.CheckConstraint(condition=models.Q(models.Q(('shows_face', False), ('uses_name', False)), ('risk_assessed_on__isnull', False), _connector='OR'), name='consent_identifiable_is_assessed', violation_error_message='Where a face or a name is shown, the risk is assessed first.'), models.CheckConstraint(condition=models.Q(('left_programme_on__isnull', True), ('is_from_programme', True), _connector='OR'), name='consent_left_what_it_was_in', violation_error_message='Who left a programme has been in one.')],
            },
        ),
        migrations.AddField(
            model_name='picture',
            name='consent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='media.consentrecord', verbose_name='consent'),
        ),
        migrations.AddField(
            model_name='historicalconsentrecord',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
