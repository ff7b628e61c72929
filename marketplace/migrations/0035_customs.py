"""What customs ask of a product: what it is, and its number in the Harmonized System."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0034_invoices_stay'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalproduct',
            name='customs_description',
            field=models.CharField(blank=True, help_text='What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad.', max_length=80, verbose_name='description for customs'),
        ),
        migrations.AddField(
            model_name='historicalproduct',
            name='customs_description_en',
            field=models.CharField(blank=True, help_text='What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad.', max_length=80, null=True, verbose_name='description for customs'),
        ),
        migrations.AddField(
            model_name='historicalproduct',
            name='customs_description_es',
            field=models.CharField(blank=True, help_text='What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad.', max_length=80, null=True, verbose_name='description for customs'),
        ),
        migrations.AddField(
            model_name='historicalproduct',
            name='hs_code',
            field=models.CharField(blank=True, help_text='Its number in the Harmonized System: six digits, or those of your country.', max_length=10, validators=[django.core.validators.RegexValidator('\\A[0-9]{6,10}\\Z', 'Six to ten digits, without dots.')], verbose_name='HS code'),
        ),
        migrations.AddField(
            model_name='product',
            name='customs_description',
            field=models.CharField(blank=True, help_text='What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad.', max_length=80, verbose_name='description for customs'),
        ),
        migrations.AddField(
            model_name='product',
            name='customs_description_en',
            field=models.CharField(blank=True, help_text='What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad.', max_length=80, null=True, verbose_name='description for customs'),
        ),
        migrations.AddField(
            model_name='product',
            name='customs_description_es',
            field=models.CharField(blank=True, help_text='What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad.', max_length=80, null=True, verbose_name='description for customs'),
        ),
        migrations.AddField(
            model_name='product',
            name='hs_code',
            field=models.CharField(blank=True, help_text='Its number in the Harmonized System: six digits, or those of your country.', max_length=10, validators=[django.core.validators.RegexValidator('\\A[0-9]{6,10}\\Z', 'Six to ten digits, without dots.')], verbose_name='HS code'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('hs_code', ''), ('hs_code__regex', '^[0-9]{6,10}$'), _connector='OR'), name='product_hs_code'),
        ),
    ]
