# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the record."""

from django.urls import path

from stadtherz.kernel.audit.web.record import export, prove, record

app_name = "audit"
urlpatterns = [
    path("record/", record, name="record"),
    path("record/record.csv", export, name="export"),
    path("record/verify/", prove, name="verify"),
]
