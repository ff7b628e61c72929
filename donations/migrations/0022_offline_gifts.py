"""Gifts that came without the provider, in batches with a control total."""


import django.db.models.deletion
import django.db.models.functions.datetime
import weintl.money.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0021_plans_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OfflineBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(help_text='Such as “Cheques of 3 December”. No names.', max_length=200, verbose_name='what it is')),
                ('currency', weintl.money.fields.CurrencyField(default=weintl.money.fields.base_currency, editable=False, max_length=3, verbose_name='currency')),
                ('control_amount', weintl.money.fields.MinorUnitsField(help_text="Counted apart from the lines, such as on the bank's slip.", verbose_name='control total')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='written')),
                ('booked_at', models.DateTimeField(editable=False, null=True, verbose_name='booked')),
                ('booked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='booked by')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'verbose_name': 'batch of offline gifts',
                'verbose_name_plural': 'batches of offline gifts',
            },
        ),
        migrations.CreateModel(
            name='OfflineGift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('cheque', 'cheque'), ('bank', 'bank transfer'), ('cash', 'cash')], max_length=10, verbose_name='paid by')),
                ('reference', models.CharField(help_text='Number of the cheque, of the transfer or of the cash receipt. No names.', max_length=80, verbose_name='reference')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('amount', weintl.money.fields.MinorUnitsField(verbose_name='amount')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name="donor's e-mail")),
                ('name', models.CharField(blank=True, max_length=120, verbose_name="donor's name")),
                ('organisation_name', models.CharField(blank=True, max_length=120, verbose_name="organisation's name")),
                ('is_anonymous', models.BooleanField(default=False, verbose_name='anonymous')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish')], default='en', max_length=5, verbose_name='language')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='donations.offlinebatch', verbose_name='batch')),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='donations.campaign', verbose_name='campaign')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='donations.fund', verbose_name='fund')),
                ('gift', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offline', to='donations.gift', verbose_name='gift')),
            ],
            options={
                'verbose_name': 'offline gift',
                'verbose_name_plural': 'offline gifts',
            },
        ),
        migrations.AddConstraint(
            model_name='offlinebatch',
            constraint=models.CheckConstraint(condition=models.Q(('control_amount__gt', 0)), name='offline_batch_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='offlinebatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('booked_at', None), ('booked_by', None)), models.Q(('booked_at__isnull', False), ('booked_by__isnull', False)), _connector='OR'), name='offline_batch_booked_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='offlinegift',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='offline_gift_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='offlinegift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gift', None), models.Q(('email', ''), _negated=True)), models.Q(('email', ''), ('gift__isnull', False), ('name', ''), ('organisation_name', '')), _connector='OR'), name='offline_gift_names_nobody_once_booked'),
        ),
        migrations.AddConstraint(
            model_name='offlinegift',
            constraint=models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='offline_gift_has_reference'),
        ),
        migrations.AddConstraint(
            model_name='offlinegift',
            constraint=models.UniqueConstraint(fields=('way', 'reference', 'received_on', 'amount'), name='offline_gift_once'),
        ),
    ]
