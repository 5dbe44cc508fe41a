# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings for the test run: the owner's role (row-level security is forced on it too), quick password hashing."""

import os

os.environ["STADTHERZ_DATABASE_URL"] = os.environ.get("STADTHERZ_DATABASE_OWNER_URL", "")

from stadtherz.config.settings import *  # noqa: F403
from stadtherz.config.settings import DATABASES, OPTION, STORAGES

DATABASES["default"]["OPTIONS"].pop("pool", None)  # a pool would keep the test database from being removed
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
OPTION["outside_loopback"] = True
