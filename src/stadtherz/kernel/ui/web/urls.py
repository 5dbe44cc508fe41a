# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of pages that belong to no service."""

from django.urls import path

from stadtherz.kernel.ui.web.home import home

urlpatterns = [path("", home, name="home")]
