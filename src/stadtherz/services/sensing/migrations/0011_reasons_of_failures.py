"""Sources keep why they failed so that each reader gets it in the own language."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sensing', '0010_features_of_packed_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='last_reason',
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
