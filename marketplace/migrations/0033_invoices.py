"""Invoices, credit notes, and who stands on them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import weintl.money.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0032_catalogue_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('series', models.CharField(max_length=4, verbose_name='series')),
                ('year', models.PositiveIntegerField(verbose_name='year')),
                ('sequence', models.PositiveIntegerField(verbose_name='number in the year')),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note'), ('reversal', 'reversal of a credit note')], max_length=12, verbose_name='kind')),
                ('currency', weintl.money.fields.CurrencyField(max_length=3, verbose_name='currency')),
                ('total_amount', weintl.money.fields.MinorUnitsField(verbose_name='total')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded')),
                ('contents', models.JSONField(verbose_name='contents')),
                ('sha256', models.CharField(default='', editable=False, max_length=64, verbose_name='SHA-256')),
                ('waits_for_paper', models.BooleanField(default=True, editable=False)),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='marketplace.invoice', verbose_name='corrects')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='marketplace.order', verbose_name='order')),
                ('refund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='marketplace.orderrefund', verbose_name='refund')),
            ],
            options={
                'default_permissions': ('view',),
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
            },
        ),
        migrations.CreateModel(
            name='InvoiceBuyer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, verbose_name='buyer')),
                ('salt', models.CharField(blank=True, editable=False, max_length=32)),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased')),
                ('invoice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='buyer', to='marketplace.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'buyer on an invoice',
                'verbose_name_plural': 'buyers on invoices',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['-issued_at', '-id'], name='invoice_newest'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('waits_for_paper', True)), fields=['id'], name='invoice_without_paper'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('series', 'year', 'sequence'), name='invoice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'invoice')), fields=('order',), name='invoice_once_an_order'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('refund', 'kind'), name='invoice_once_a_refund'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('kind', 'invoice'), ('refund', None)), models.Q(('corrects__isnull', False), ('kind__in', ['credit_note', 'reversal']), ('refund__isnull', False)), _connector='OR'), name='invoice_correction_names_both'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('total_amount__gt', 0)), name='invoice_total_positive'),
        ),
        migrations.AddConstraint(
            model_name='invoicebuyer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), models.Q(('salt', ''), _negated=True)), models.Q(('erased_at__isnull', False), ('salt', ''), ('text', '')), _connector='OR'), name='invoice_buyer_unless_erased'),
        ),
    ]
