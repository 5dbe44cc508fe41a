# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the keys."""

from django.urls import path

from stadtherz.kernel.api.web.keys import issue, keys, revoke

app_name = "api-keys"
urlpatterns = [
    path("keys/", keys, name="keys"),
    path("keys/issue/", issue, name="issue"),
    path("keys/<int:api_key>/revoke/", revoke, name="revoke"),
]
