# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The states of a way that somebody keeps."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: a way that becomes longer by more than this share is worth a message
MUCH_LONGER: Final = 0.2
#: ways that one person may keep
MOST_A_PERSON: Final = 20


class Standing(models.TextChoices):
    """How a kept way is today."""

    FREE = "free", _("Free")
    LONGER = "longer", _("Much longer than usual")
    BROKEN = "broken", _("No way at present")
