# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One catalogue a language, and our words in front of Django's."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import trans_real

from stadtherz.kernel.language.catalogues import join_catalogues


def test_words_are_looked_for_once_and_ours_win() -> None:
    join_catalogues("de")
    assert len(trans_real.translation("de")._catalog._catalogs) == 1  # type: ignore[attr-defined]
    with translation.override("de"):
        assert translation.gettext("This field is required.") == "Hier fehlt noch etwas."
        said = (
            translation.ngettext("%(n)d minute", "%(n)d minutes", 1),
            translation.ngettext("%(n)d minute", "%(n)d minutes", 0),
        )
        assert said == ("%(n)d Minute", "%(n)d Minuten")
        assert translation.gettext("January") == "Januar"
