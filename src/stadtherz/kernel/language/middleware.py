# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Chooses the language of a page: the visitor's cookie, the browser's wish, the municipality's first language."""

from django.middleware.locale import LocaleMiddleware


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice by cookie and header, without language prefixes in addresses."""
