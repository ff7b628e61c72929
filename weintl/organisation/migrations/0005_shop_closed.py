"""Words for shoppers while the shop is closed, and the day on which it opens again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0004_low_stock'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='shop_note',
            field=models.TextField(blank=True, help_text='Why, and what shoppers may do. Products, shop and cart show it.', max_length=400, verbose_name='words while the shop is closed'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='shop_note_en',
            field=models.TextField(blank=True, help_text='Why, and what shoppers may do. Products, shop and cart show it.', max_length=400, null=True, verbose_name='words while the shop is closed'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='shop_note_es',
            field=models.TextField(blank=True, help_text='Why, and what shoppers may do. Products, shop and cart show it.', max_length=400, null=True, verbose_name='words while the shop is closed'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='shop_opens_on',
            field=models.DateField(blank=True, help_text='On this day it opens by itself. Empty: when you tick the box again.', null=True, verbose_name='opens again on'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='is_shop_open',
            field=models.BooleanField(default=True, help_text='Untick it to take no orders. What is being paid already is honoured.', verbose_name='shop is open'),
        ),
    ]
