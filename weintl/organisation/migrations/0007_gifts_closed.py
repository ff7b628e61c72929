"""Words for people while no gifts are taken, and the day on which they are again."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0006_tax_status'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='gifts_note',
            field=models.TextField(blank=True, help_text='Why, and what people may do instead. The give page shows it.', max_length=400, verbose_name='words while no gifts are taken'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='gifts_note_en',
            field=models.TextField(blank=True, help_text='Why, and what people may do instead. The give page shows it.', max_length=400, null=True, verbose_name='words while no gifts are taken'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='gifts_note_es',
            field=models.TextField(blank=True, help_text='Why, and what people may do instead. The give page shows it.', max_length=400, null=True, verbose_name='words while no gifts are taken'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='gifts_open_on',
            field=models.DateField(blank=True, help_text='On this day it opens by itself. Empty: when you tick the box again.', null=True, verbose_name='gifts are taken again on'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='are_gifts_open',
            field=models.BooleanField(default=True, help_text='Untick it to take no gifts. What is being paid already is honoured.', verbose_name='gifts are taken'),
        ),
    ]
