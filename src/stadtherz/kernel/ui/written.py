# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The field for words that others will read: without signs that nobody sees and that turn or hide what stands there."""

from __future__ import annotations

import re
from typing import Any

from django import forms

# Marks of direction that reach beyond a word (Unicode Standard Annex 9, section 2), zero-width space, word joiner and
# byte order mark. The joiners of emoji and of Persian (U+200C, U+200D) stay.
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


class WrittenField(forms.CharField):
    """A text by a person; one of unseen signs alone is empty."""

    def to_python(self, value: Any) -> str:
        return super().to_python(UNSEEN.sub("", value) if isinstance(value, str) else value) or ""
