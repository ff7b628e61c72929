from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('awareness', '0002_regions_and_countries'),
    ]

    operations = [
        migrations.AddField(
            model_name='seedclaim',
            name='wording_in_spanish',
            field=models.TextField(blank=True, help_text='A translation for readers; the earlier page was in English only.', verbose_name='what it said, in Spanish'),
        ),
    ]
