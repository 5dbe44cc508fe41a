# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of pictures."""

from django.urls import path

from stadtherz.kernel.files.web.views import picture

urlpatterns = [path("files/<str:token>/<slug:name>.webp", picture, name="picture")]
