"""What receipts say of our tax status."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0005_shop_closed'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='tax_status',
            field=models.CharField(blank=True, help_text='One sentence that receipts for gifts bear, such as the law that exempts us.', max_length=250, verbose_name='tax status'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='tax_status_en',
            field=models.CharField(blank=True, help_text='One sentence that receipts for gifts bear, such as the law that exempts us.', max_length=250, null=True, verbose_name='tax status'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='tax_status_es',
            field=models.CharField(blank=True, help_text='One sentence that receipts for gifts bear, such as the law that exempts us.', max_length=250, null=True, verbose_name='tax status'),
        ),
    ]
