"""Barriers that open the very same trips as another one: who mends one of them need not mend the others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wayfinding', '0004_heading_of_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='rankedbarrier',
            name='instead',
            field=models.JSONField(default=list, verbose_name='keys of others that open the same trips'),
        ),
    ]
