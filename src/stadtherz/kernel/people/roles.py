# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The roles a person can have in a municipality. Everyone who signed in is a resident; the others are given by an admin."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role in one municipality. Stored as text, so that a row can be read without this file."""

    RESIDENT = "resident", _("Resident")
    MODERATOR = "moderator", _("Moderator")
    EDITOR = "editor", _("Editor")
    CLERK = "clerk", _("Clerk")
    ADMIN = "admin", _("Administrator")


STAFF = frozenset({Role.MODERATOR, Role.EDITOR, Role.CLERK, Role.ADMIN})
