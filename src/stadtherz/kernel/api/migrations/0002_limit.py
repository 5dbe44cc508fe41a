# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of the limits. UNLOGGED, because it may be forgotten; see kernel/api/limits.py."""

from django.db import migrations

MAKE = """
CREATE UNLOGGED TABLE api_limit (key text PRIMARY KEY, full_at timestamptz NOT NULL) WITH (fillfactor = 50);
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE api_limit")]
