from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media', '0003_renditions_of_kept_pictures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='picture',
            name='folder',
            field=models.CharField(editable=False, max_length=50, unique=True, verbose_name='folder'),
        ),
        # Empty, so that the way back can add it to pictures that are there.
        migrations.AlterField(
            model_name='picture',
            name='full',
            field=models.ImageField(blank=True, default='', upload_to='pictures'),
        ),
        migrations.RemoveField(
            model_name='picture',
            name='full',
        ),
        migrations.RemoveField(
            model_name='picture',
            name='small',
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.CheckConstraint(condition=models.Q(('people', 'none'), models.Q(('consent__isnull', False), ('people__in', ['seen', 'face'])), _connector='OR'), name='picture_of_people_has_consent', violation_error_message='A picture of people needs a consent.'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.CheckConstraint(condition=models.Q(('people', 'none'), ('folder__startswith', 'people/'), _connector='OR'), name='picture_of_people_is_not_kept_by_caches', violation_error_message='Choose the file again when you say who is seen.'),
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.CheckConstraint(condition=models.Q(('is_decorative', True), models.Q(models.Q(('alt_en', ''), _negated=True), models.Q(('alt_es', ''), _negated=True), ('alt_en__isnull', False), ('alt_es__isnull', False)), _connector='OR'), name='picture_has_words', violation_error_message='Describe the picture in both languages, or mark it as decorative.'),
        ),
    ]
