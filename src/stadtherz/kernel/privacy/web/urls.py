# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of pages about data on people."""

from django.urls import path

from stadtherz.kernel.privacy.web import own, staff

urlpatterns = [
    path("account/data/", own.about, name="about-my-data"),
    path("account/data/download/", own.download, name="download-my-data"),
    path("account/delete/", own.delete, name="delete-my-account"),
    path("account/deleted/", own.deleted, name="account-deleted"),
    path("staff/people/<int:pk>/erase/", staff.erase_paper_person, name="erase-paper-person"),
    path("staff/privacy/", staff.processes, name="privacy-processes"),
    path("staff/privacy/processes.csv", staff.processes_csv, name="privacy-processes-csv"),
]
