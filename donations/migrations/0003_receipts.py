"""Receipts for gifts, who stands on them, and what makes them void."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import weintl.money.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0002_name_relations'),
        ('payments', '0006_provider_payouts_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('series', models.CharField(max_length=4, verbose_name='series')),
                ('year', models.PositiveIntegerField(verbose_name='year')),
                ('sequence', models.PositiveIntegerField(verbose_name='number in the year')),
                ('currency', weintl.money.fields.CurrencyField(max_length=3, verbose_name='currency')),
                ('total_amount', weintl.money.fields.MinorUnitsField(verbose_name='received')),
                ('advantage_amount', weintl.money.fields.MinorUnitsField(default=0, verbose_name='worth of what was given in return')),
                ('eligible_amount', weintl.money.fields.MinorUnitsField(verbose_name='gift')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('wording', models.CharField(max_length=30, verbose_name='wording')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded')),
                ('contents', models.JSONField(verbose_name='contents')),
                ('sha256', models.CharField(default='', editable=False, max_length=64, verbose_name='SHA-256')),
                ('waits_for_paper', models.BooleanField(default=True, editable=False)),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='ReceiptDonor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, verbose_name='donor')),
                ('salt', models.CharField(blank=True, editable=False, max_length=32)),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased')),
            ],
            options={
                'verbose_name': 'donor on a receipt',
                'verbose_name_plural': 'donors on receipts',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReceiptVoid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('refunded', 'money went back to the donor'), ('returned', 'a refund came back to us'), ('disputed', 'the bank took the payment back'), ('corrected', 'it was corrected')], max_length=10, verbose_name='reason')),
                ('voided_at', models.DateTimeField(verbose_name='void since')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'void receipt',
                'verbose_name_plural': 'void receipts',
                'default_permissions': ('view',),
            },
        ),
        migrations.AddField(
            model_name='gift',
            name='advantage_amount',
            field=weintl.money.fields.MinorUnitsField(default=0, verbose_name='worth of what was given in return'),
        ),
        migrations.AddField(
            model_name='gift',
            name='advantage_note',
            field=models.CharField(blank=True, max_length=200, verbose_name='what was given in return'),
        ),
        migrations.AddField(
            model_name='gift',
            name='way',
            field=models.CharField(choices=[('online', 'online'), ('cheque', 'cheque'), ('bank', 'bank transfer'), ('cash', 'cash')], default='online', max_length=10, verbose_name='paid by'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('advantage_amount', 0), ('advantage_note', '')), models.Q(('advantage_amount__gt', 0), ('advantage_amount__lt', models.F('amount')), models.Q(('advantage_note', ''), _negated=True)), _connector='OR'), name='gift_advantage_has_words'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='gift',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='donations.gift', verbose_name='gift'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacement', to='donations.receipt', verbose_name='replaces'),
        ),
        migrations.AddField(
            model_name='receiptdonor',
            name='receipt',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='donor_row', to='donations.receipt', verbose_name='receipt'),
        ),
        migrations.AddField(
            model_name='receiptvoid',
            name='receipt',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='voiding', to='donations.receipt', verbose_name='receipt'),
        ),
        migrations.AddField(
            model_name='receiptvoid',
            name='refund',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='donations.giftrefund', verbose_name='refund'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['-issued_at', '-id'], name='receipt_newest'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['gift', 'id'], name='receipt_of_gift'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('waits_for_paper', True)), fields=['id'], name='receipt_without_paper'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('series', 'year', 'sequence'), name='receipt_number_once'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('gift',), name='receipt_first_once_a_gift'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('advantage_amount__gte', 0), ('eligible_amount__gt', 0), ('total_amount', django.db.models.expressions.CombinedExpression(models.F('eligible_amount'), '+', models.F('advantage_amount'))), ('total_amount__gt', 0)), name='receipt_parts_sum_to_total'),
        ),
        migrations.AddConstraint(
            model_name='receiptdonor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), models.Q(('salt', ''), _negated=True)), models.Q(('erased_at__isnull', False), ('salt', ''), ('text', '')), _connector='OR'), name='receipt_donor_unless_erased'),
        ),
    ]
