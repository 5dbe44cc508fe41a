# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One catalogue of translations a language instead of one a folder of translations.

Django means to merge catalogues whose plurals are formed alike, but compares a function with its code, so that it never
does (``TranslationCatalog.update``, Django 5.2). Each word of a page is then looked for in two dozen dictionaries.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import trans_real


def join_catalogues(language: str) -> None:
    """Merge what Django has loaded for ``language``, where plurals are formed alike. What came first still wins."""
    catalogue: Any = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
    joined: list[tuple[dict[Any, str], Any]] = []
    for words, plural in zip(catalogue._catalogs, catalogue._plurals, strict=True):
        if joined and _alike(joined[-1][1], plural):
            joined[-1] = (words | joined[-1][0], joined[-1][1])
        else:
            joined.append((words, plural))
    catalogue._catalogs = [words for words, _ in joined]
    catalogue._plurals = [plural for _, plural in joined]


def _alike(one: Any, other: Any) -> bool:
    return all(one(number) == other(number) for number in range(1000))
