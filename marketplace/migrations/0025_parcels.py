"""Parcels that left the house, carriers, delays, and what an order was promised."""

import django.db.models.deletion
import marketplace.models.parcels
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0002_name_relations'),
        ('marketplace', '0024_looks_kept'),
        ('payments', '0006_provider_payouts_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(max_length=80, null=True, verbose_name='name')),
                ('name_es', models.CharField(max_length=80, null=True, verbose_name='name')),
                ('tracking_address', models.CharField(blank=True, help_text='With {number} where the tracking number goes. Empty: no link.', max_length=300, validators=[marketplace.models.parcels.check_tracking_address], verbose_name='address to follow a parcel')),
                ('is_offered', models.BooleanField(default=True, help_text='Untick it when you send nothing with it any more.', verbose_name='offered')),
            ],
            options={
                'verbose_name': 'carrier',
                'verbose_name_plural': 'carriers',
            },
        ),
        migrations.CreateModel(
            name='Delay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('making', 'Work by hand has taken longer than we thought.'), ('material', 'The makers are waiting for material.'), ('workshop', 'The workshop is closed for some days.'), ('weather', 'Weather holds up the roads.'), ('carrier', 'The carrier is late.'), ('customs', 'The parcel waits at customs.'), ('us', 'We have made a mistake and are putting it right.')], max_length=10, verbose_name='reason')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='own words')),
                ('expected_on', models.DateField(verbose_name='arrives by')),
                ('request_key', models.CharField(editable=False, max_length=80, unique=True)),
                ('said_at', models.DateTimeField(verbose_name='said')),
            ],
            options={
                'verbose_name': 'delay',
                'verbose_name_plural': 'delays',
            },
        ),
        migrations.CreateModel(
            name='HistoricalCarrier',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(max_length=80, null=True, verbose_name='name')),
                ('name_es', models.CharField(max_length=80, null=True, verbose_name='name')),
                ('tracking_address', models.CharField(blank=True, help_text='With {number} where the tracking number goes. Empty: no link.', max_length=300, validators=[marketplace.models.parcels.check_tracking_address], verbose_name='address to follow a parcel')),
                ('is_offered', models.BooleanField(default=True, help_text='Untick it when you send nothing with it any more.', verbose_name='offered')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical carrier',
                'verbose_name_plural': 'historical carriers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalShipment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('tracking_number', models.CharField(blank=True, max_length=80, verbose_name='tracking number')),
                ('request_key', models.CharField(db_index=True, default=marketplace.models.parcels.new_request, editable=False, max_length=80)),
                ('sent_at', models.DateTimeField(verbose_name='sent')),
                ('expected_from', models.DateField(blank=True, null=True, verbose_name='expected from')),
                ('expected_to', models.DateField(blank=True, null=True, verbose_name='expected until')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical parcel sent',
                'verbose_name_plural': 'historical parcels sent',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tracking_number', models.CharField(blank=True, max_length=80, verbose_name='tracking number')),
                ('request_key', models.CharField(default=marketplace.models.parcels.new_request, editable=False, max_length=80, unique=True)),
                ('sent_at', models.DateTimeField(verbose_name='sent')),
                ('expected_from', models.DateField(blank=True, null=True, verbose_name='expected from')),
                ('expected_to', models.DateField(blank=True, null=True, verbose_name='expected until')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
            ],
            options={
                'verbose_name': 'parcel sent',
                'verbose_name_plural': 'parcels sent',
            },
            bases=(models.Model,),
        ),
        migrations.CreateModel(
            name='ShipmentUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'piece in a parcel',
                'verbose_name_plural': 'pieces in parcels',
            },
        ),
        migrations.CreateModel(
            name='WaitingOrder',
            fields=[
            ],
            options={
                'verbose_name': 'order to send',
                'verbose_name_plural': 'what to send',
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('marketplace.order',),
        ),
        migrations.AddField(
            model_name='order',
            name='days_from',
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='days_to',
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='to be sent by'),
        ),
        migrations.AddField(
            model_name='order',
            name='expected_from',
            field=models.DateField(blank=True, null=True, verbose_name='expected from'),
        ),
        migrations.AddField(
            model_name='order',
            name='expected_to',
            field=models.DateField(blank=True, null=True, verbose_name='expected until'),
        ),
        migrations.AddField(
            model_name='order',
            name='handling_days',
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='historicalshippingzone',
            name='days_from',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Shoppers are told when a parcel arrives. Empty: nothing is said.', null=True, verbose_name='working days on the way, from'),
        ),
        migrations.AlterField(
            model_name='historicalshippingzone',
            name='days_to',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days on the way, to'),
        ),
        migrations.AlterField(
            model_name='shippingzone',
            name='days_from',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Shoppers are told when a parcel arrives. Empty: nothing is said.', null=True, verbose_name='working days on the way, from'),
        ),
        migrations.AlterField(
            model_name='shippingzone',
            name='days_to',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days on the way, to'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state__in', ['paid', 'partly_sent'])), fields=['paid_at', 'id'], name='order_to_send'),
        ),
        migrations.AddConstraint(
            model_name='carrier',
            constraint=models.CheckConstraint(condition=models.Q(('tracking_address', ''), models.Q(('tracking_address__contains', '{number}'), ('tracking_address__startswith', 'https://')), _connector='OR'), name='carrier_tracking_address'),
        ),
        migrations.AddField(
            model_name='delay',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delays', to='marketplace.order', verbose_name='order'),
        ),
        migrations.AddField(
            model_name='delay',
            name='said_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='said by'),
        ),
        migrations.AddField(
            model_name='historicalcarrier',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalshipment',
            name='carrier',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='marketplace.carrier', verbose_name='carrier'),
        ),
        migrations.AddField(
            model_name='historicalshipment',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalshipment',
            name='order',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='marketplace.order', verbose_name='order'),
        ),
        migrations.AddField(
            model_name='historicalshipment',
            name='sent_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='carrier',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='marketplace.carrier', verbose_name='carrier'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='marketplace.order', verbose_name='order'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='shipmentunit',
            name='shipment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='marketplace.shipment', verbose_name='parcel'),
        ),
        migrations.AddField(
            model_name='shipmentunit',
            name='unit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='packed', to='marketplace.unit', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='units',
            field=models.ManyToManyField(related_name='+', through='marketplace.ShipmentUnit', to='marketplace.unit', verbose_name='pieces'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['-sent_at', '-id'], name='shipment_newest'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('delivered_at', None)), fields=['expected_to'], name='shipment_expected'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expected_from', None), ('expected_to', None)), ('expected_from__lte', models.F('expected_to')), _connector='OR'), name='shipment_expected_in_order'),
        ),
    ]
