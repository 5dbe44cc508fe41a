# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declaration of the sensing service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.registry.declaration import (
    Desk,
    Door,
    HomeBlock,
    Lane,
    LiveTopic,
    MenuEntry,
    OwnErrors,
    Permission,
    PersonalData,
    Scope,
    Service,
)
from stadtherz.services.sensing.recorded import RECORDED

HERE = "stadtherz.services.sensing"

SERVICE = Service(
    key="sensing",
    title=_("Measurements"),
    summary=_("What sensors, counters and gauges of the town report: now, over time, and as open data."),
    api=f"{HERE}.api:router",
    jobs=f"{HERE}.jobs",
    urls=f"{HERE}.web.urls",
    search=f"{HERE}.web.stations:search",
    menu=(
        MenuEntry(
            _("Measurements"),
            "sensing:overview",
            Door.KNOW,
            "sensor",
            order=10,
            summary=_("Air, water level, traffic, free parking: on the map, now and over time."),
        ),
        MenuEntry(
            _("Take measurements along"),
            "sensing:export",
            Door.KNOW,
            "download",
            order=14,
            summary=_("Open data as tables for Excel, QGIS or your own programs."),
        ),
        MenuEntry(
            _("Sources of measurements"), "sensing:sources", Door.STAFF, "sensor", permission="sensing.manage", order=30
        ),
        MenuEntry(_("Alerts"), "sensing:alerts", Door.STAFF, "bell", permission="sensing.manage", order=31),
    ),
    desk=(
        Desk("sensing.manage", f"{HERE}.web.desk:to_set_up", 29),
        Desk("sensing.manage", f"{HERE}.web.desk:waiting", 30),
    ),
    home=(HomeBlock("sensing-now", Door.KNOW, "ui/components/door_entries.html", f"{HERE}.web.stations:know", 5),),
    live=(LiveTopic("sensing.latest", "public"), LiveTopic("sensing.datastream:*", "public")),
    demo=f"{HERE}.demo.loading:load",
    lanes=(
        Lane(
            frozenset({"POST"}),
            r"/api/sta/v1\.1/(?:Datastreams\((?P<datastream>[1-9][0-9]{0,8})\)/)?Observations",
            f"{HERE}.sta.writing_lane:one",
            most_bytes=4096,
        ),
        Lane(
            frozenset({"POST"}),
            r"/api/sta/v1\.1/CreateObservations",
            f"{HERE}.sta.writing_lane:many",
            most_bytes=16 * 1024 * 1024,
        ),
        Lane(
            frozenset({"GET"}),
            r"/api/sta/v1\.1/Datastreams\((?P<datastream>[1-9][0-9]{0,8})\)/Observations",
            f"{HERE}.sta.reading_lane:page",
            most_bytes=0,
        ),
    ),
    own_errors=(OwnErrors("/api/sta/", f"{HERE}.sta.errors:form"),),
    scopes=(
        Scope("sensing.read", _("Read measurements that are not open to everybody, too")),
        Scope("sensing.write", _("Write measurements and stations, and read those that are not open")),
    ),
    personal_data=(
        PersonalData(
            "sensing.AlertRule",
            _("Which account set up a rule is kept so that it can be asked; addresses in a rule are those of offices."),
            retention_days=None,
            erase=f"{HERE}.alert_people:erase_rules",
        ),
        PersonalData(
            "sensing.Alert",
            _("Which account took over an alert is kept so that others know whom to ask."),
            retention_days=None,
            erase=f"{HERE}.alert_people:erase_acknowledgements",
        ),
    ),
    permissions=(
        Permission(
            "sensing.manage",
            _("Adopt sensors, keys, sources, corrections and alerts"),
            frozenset({Role.CLERK, Role.ADMIN}),
        ),
        Permission(
            "sensing.plan",
            _("See closed measurements and export them"),
            frozenset({Role.EDITOR, Role.CLERK, Role.ADMIN}),
        ),
    ),
    recorded=RECORDED,
)
