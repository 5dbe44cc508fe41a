# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the settings of notices, and of the mailbox for development."""

from django.urls import path

from stadtherz.kernel.messages.web.mailbox import mail, mail_html, mailbox
from stadtherz.kernel.messages.web.views import notices, stop

urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/stop/<str:token>/", stop, name="notice_stop"),
    path("dev/mail/", mailbox, name="dev_mail"),
    path("dev/mail/<int:number>/", mail, name="dev_mail_one"),
    path("dev/mail/<int:number>/html/", mail_html, name="dev_mail_html"),
]
