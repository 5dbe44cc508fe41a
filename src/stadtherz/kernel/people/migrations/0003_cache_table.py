# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table behind Django's cache, which counts attempts across all processes.

Unlogged: what it holds may be lost in a crash, and nothing of it belongs into a backup.
"""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE IF NOT EXISTS cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_paper_sessions_cache")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE IF EXISTS cache")]
