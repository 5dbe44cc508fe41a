# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packed days say when the last of their intervals ends, so that the bounds of a datastream are found without reading all."""

from django.db import migrations, models

from stadtherz.services.sensing.store.cold import until
from stadtherz.services.sensing.store.packing import DAY, unpack

AT_ONCE = 2000
READ = """
SELECT datastream_id, day - date '1970-01-01', payload FROM sensing_packed_day
WHERE (datastream_id, day) > (%s, date '1970-01-01' + %s::int) ORDER BY datastream_id, day LIMIT %s
"""


def fill(apps, schema_editor):
    """Read every packed day once, town by town: also the owner of the table sees only those of the active one."""
    with schema_editor.connection.cursor() as cursor:
        for town in apps.get_model("municipalities", "Municipality").objects.values_list("pk", flat=True):
            cursor.execute("SELECT set_config('stadtherz.municipality', %s, true)", [str(town)])
            datastream, number = 0, 0
            while True:
                cursor.execute(READ, [datastream, number, AT_ONCE])
                rows = cursor.fetchall()
                for datastream, number, payload in rows:
                    end = until(unpack(bytes(payload), number * DAY))
                    if end is not None:
                        cursor.execute(
                            "UPDATE sensing_packed_day SET until = %s WHERE datastream_id = %s AND day = date '1970-01-01' + %s::int",
                            [end, datastream, number],
                        )
                if len(rows) < AT_ONCE:
                    break
        cursor.execute("SELECT set_config('stadtherz.municipality', '', true)")


class Migration(migrations.Migration):
    dependencies = [
        ("sensing", "0014_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="packedday",
            name="until",
            field=models.DateTimeField(editable=False, null=True, verbose_name="end of the interval that lasts longest"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
