# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs about pictures: show them to everybody, hide them again."""

from __future__ import annotations

from collections.abc import Sequence

from stadtherz.kernel.files.models import Picture


def show_pictures(pictures: Sequence[int]) -> None:
    """Make pictures (primary keys) visible to everybody: their contribution was released."""
    if pictures:
        Picture.objects.filter(pk__in=pictures).update(is_public=True)


def hide_pictures(pictures: Sequence[int]) -> None:
    """Show pictures to their owner and to moderators only: their contribution is not public any more."""
    if pictures:
        Picture.objects.filter(pk__in=pictures).update(is_public=False)
