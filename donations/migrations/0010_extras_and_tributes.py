"""Gifts of bodies, unnamed gifts, notes, and gifts in somebody's name with a card."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0009_donors_erased'),
        ('payments', '0008_ways_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('honour', 'in honour of'), ('memory', 'in memory of')], max_length=10, verbose_name='kind')),
                ('honoured_name', models.CharField(blank=True, max_length=120, verbose_name='name of the person')),
                ('recipient_name', models.CharField(blank=True, max_length=120, verbose_name='who gets the card')),
                ('recipient_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail for the card')),
                ('message', models.TextField(blank=True, max_length=400, verbose_name='words on the card')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased')),
            ],
            options={
                'verbose_name': 'tribute',
                'verbose_name_plural': 'tributes',
                'default_permissions': ('view',),
            },
        ),
        migrations.AddField(
            model_name='gift',
            name='giver',
            field=models.CharField(choices=[('person', 'person'), ('organisation', 'organisation')], default='person', max_length=12, verbose_name='kind of giver'),
        ),
        migrations.AddField(
            model_name='gift',
            name='is_anonymous',
            field=models.BooleanField(default=False, verbose_name='anonymous'),
        ),
        migrations.AddField(
            model_name='gift',
            name='note',
            field=models.TextField(blank=True, max_length=500, verbose_name='note from the donor'),
        ),
        migrations.AddField(
            model_name='gift',
            name='organisation_name',
            field=models.CharField(blank=True, max_length=120, verbose_name="organisation's name"),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('giver', 'person'), ('organisation_name', '')), models.Q(('giver', 'organisation'), models.Q(('organisation_name', ''), _negated=True)), _connector='OR'), name='gift_of_organisation_has_name'),
        ),
        migrations.AddField(
            model_name='tribute',
            name='gift',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tribute', to='donations.gift', verbose_name='gift'),
        ),
        migrations.AddConstraint(
            model_name='tribute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), models.Q(('honoured_name', ''), _negated=True)), models.Q(('erased_at__isnull', False), ('honoured_name', ''), ('message', ''), ('recipient_email', ''), ('recipient_name', '')), _connector='OR'), name='tribute_names_someone_unless_erased'),
        ),
        migrations.AddConstraint(
            model_name='tribute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recipient_email', ''), _negated=True), models.Q(('message', ''), ('recipient_name', '')), _connector='OR'), name='tribute_card_has_address'),
        ),
        migrations.AddConstraint(
            model_name='tribute',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['honour', 'memory'])), name='tribute_kind_known'),
        ),
    ]
