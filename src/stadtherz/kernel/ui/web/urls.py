# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of pages that belong to no service."""

from django.conf import settings
from django.urls import path

from stadtherz.kernel.ui.web.choices import language, theme
from stadtherz.kernel.ui.web.components import components, places
from stadtherz.kernel.ui.web.desk import desk
from stadtherz.kernel.ui.web.home import door, home
from stadtherz.kernel.ui.web.pages import page
from stadtherz.kernel.ui.web.search import search
from stadtherz.kernel.ui.web.town_css import favicon, town_css

urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", favicon, name="ui-favicon"),
    path("door/<slug:slug>/", door, name="ui-door"),
    path("staff/", desk, name="ui-desk"),
    path("search/", search, name="ui-search"),
    path("page/<slug:name>/", page, name="ui-page"),
    path("ui/language/", language, name="ui-language"),
    path("ui/theme/", theme, name="ui-theme"),
    path("ui/town.css", town_css, name="ui-town-css"),
]
if not settings.PRODUCTION:
    urlpatterns += [
        path("ui/components/", components, name="ui-components"),
        path("ui/components/places.json", places, name="ui-components-places"),
    ]
