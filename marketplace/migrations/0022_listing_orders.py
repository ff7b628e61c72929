"""The newest of a category, of makers and of a craft are read in their whole order."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0021_used_taxes_stay'),
        ('partners', '0026_sums_of_quarters'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='listing',
            name='listing_technique',
        ),
        migrations.RemoveIndex(
            model_name='listing',
            name='listing_category',
        ),
        migrations.RemoveIndex(
            model_name='listing',
            name='listing_programme',
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(fields=['category', '-published_at', 'product'], name='listing_in_category'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(fields=['programme', '-published_at', 'product'], name='listing_of_makers'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(fields=['technique', '-published_at', 'product'], name='listing_of_craft'),
        ),
    ]
