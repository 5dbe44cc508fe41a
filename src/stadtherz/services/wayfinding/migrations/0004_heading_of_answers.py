"""The direction in which a way was drawn where somebody answered: by it the sign of a slope is found again on a new map."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wayfinding', '0003_photos_of_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='surveyanswer',
            name='heading',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='direction of the way'),
        ),
    ]
