# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declaration of the wayfinding service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.roles import STAFF, Role
from stadtherz.kernel.registry.declaration import (
    Desk,
    Door,
    Handler,
    HomeBlock,
    Lane,
    LiveTopic,
    MenuEntry,
    ModeratedKind,
    Permission,
    PersonalData,
    Service,
)
from stadtherz.services.wayfinding.recorded import RECORDED

HERE = "stadtherz.services.wayfinding"
CLERKS = frozenset({Role.CLERK, Role.ADMIN})
SURVEYORS = frozenset({Role.CLERK, Role.EDITOR, Role.ADMIN})

SERVICE = Service(
    key="wayfinding",
    title=_("Find your way"),
    summary=_("Ways through town that keep your limits, and the reason where there is none."),
    urls=f"{HERE}.web.urls",
    api=f"{HERE}.api:router",
    menu=(
        MenuEntry(
            _("Your way"),
            "wayfinding:plan",
            Door.ARRIVE,
            "route",
            order=10,
            summary=_("From door to door as you get about: with kerbs, slopes and steps in view."),
        ),
        MenuEntry(
            _("How far do I get?"),
            "wayfinding:reach",
            Door.ARRIVE,
            "clock",
            order=12,
            summary=_("What lies within five, ten or fifteen minutes for you."),
        ),
        MenuEntry(
            _("Toilets, lifts, benches"),
            "wayfinding:places",
            Door.ARRIVE,
            "pin",
            order=13,
            summary=_("What helps on the way: where it is, and whether it works today."),
        ),
        MenuEntry(
            _("Help to complete the map"),
            "wayfinding:surveys",
            Door.ARRIVE,
            "pin",
            order=30,
            summary=_("Look and answer one question: so that ways get better for everybody."),
        ),
        MenuEntry(
            _("Answers from the spot"), "wayfinding:survey_review", Door.STAFF, "check-circle", "wayfinding.survey", 41
        ),
        MenuEntry(_("What stands in the way"), "wayfinding:barriers", Door.STAFF, "stairs", "wayfinding.plan", 42),
        MenuEntry(_("What the map does not know"), "wayfinding:gaps", Door.STAFF, "question", "wayfinding.plan", 43),
        MenuEntry(
            _("Obstacles today"),
            "wayfinding:obstacles",
            Door.ARRIVE,
            "warning",
            order=11,
            summary=_("Broken lifts, works and festivals: what is in the way now, and what comes."),
        ),
        MenuEntry(
            _("Clear up obstacles"), "wayfinding:obstacles_staff", Door.STAFF, "warning", "wayfinding.obstacles", 40
        ),
    ),
    desk=(
        Desk("wayfinding.obstacles", f"{HERE}.web.desk:obstacles", 40),
        Desk("wayfinding.survey", f"{HERE}.web.desk:answers", 41),
        Desk("wayfinding.plan", f"{HERE}.web.desk:maps", 42),
    ),
    home=(HomeBlock("wayfinding-plan", Door.ARRIVE, "ui/components/door_entries.html", f"{HERE}.web.home:arrive", 10),),
    jobs=f"{HERE}.jobs",
    demo=f"{HERE}.actions.graph:load_demo",
    permissions=(
        Permission("wayfinding.obstacles", _("Draw, confirm and end obstacles"), CLERKS),
        Permission("wayfinding.plan", _("See what stands in the way of trips, and what the map does not know"), STAFF),
        Permission("wayfinding.survey", _("Accept what was found out on the spot"), SURVEYORS),
    ),
    moderated=(
        ModeratedKind(
            key="wayfinding.obstacle",
            title=_("Words or picture of an obstacle"),
            on_release=f"{HERE}.obstacles.moderated:release_report",
            on_decline=f"{HERE}.obstacles.moderated:decline_report",
            on_take_down=f"{HERE}.obstacles.moderated:take_down_report",
            on_wait=f"{HERE}.obstacles.moderated:report_waits",
            url=f"{HERE}.obstacles.moderated:report_url",
        ),
        ModeratedKind(
            key="wayfinding.answer_photo",
            title=_("Photo with an answer from the spot"),
            on_release=f"{HERE}.actions.survey_photos:release_photo",
            on_decline=f"{HERE}.actions.survey_photos:decline_photo",
            on_take_down=f"{HERE}.actions.survey_photos:take_down_photo",
            on_wait=f"{HERE}.actions.survey_photos:photo_waits",
            url=f"{HERE}.actions.survey_photos:photo_url",
        ),
    ),
    live=(LiveTopic("wayfinding.obstacles", "public"),),
    lanes=(
        Lane(
            frozenset({"POST"}),
            r"/api/routing/v2/directions/(?P<profile>[-a-zA-Z0-9_]+)(?:/(?P<form>[-a-zA-Z0-9_]+))?",
            f"{HERE}.web.routing_lane:directions",
        ),
    ),
    personal_data=(
        PersonalData(
            "wayfinding.Obstacle",
            _("Who reported an obstacle, to ask back and to notice misuse. Forgotten a month after it is over."),
            retention_days=30,
            export=f"{HERE}.obstacles.personal:export_reports",
            erase=f"{HERE}.obstacles.personal:erase_reports",
            expire=f"{HERE}.obstacles.personal:expire_reports",
        ),
        PersonalData(
            "wayfinding.ObstacleVoice",
            _("So that everybody counts once when an obstacle is still there or gone. Afterwards the number stays."),
            retention_days=30,
            export=f"{HERE}.obstacles.personal:export_voices",
            erase=f"{HERE}.obstacles.personal:erase_voices",
            expire=f"{HERE}.obstacles.personal:expire_voices",
        ),
        PersonalData(
            "wayfinding.SavedWay",
            _(
                "Ways that somebody keeps in order to be told when an obstacle is on them. Until the person removes them."
            ),
            retention_days=None,
            export=f"{HERE}.saved_ways.personal:export_ways",
            erase=f"{HERE}.saved_ways.personal:erase_ways",
        ),
        PersonalData(
            "wayfinding.SurveyAnswer",
            _(
                "Who answered a question about a street, so that two voices are two people. Forgotten after half a year."
            ),
            retention_days=180,
            export=f"{HERE}.surveys.personal:export_answers",
            erase=f"{HERE}.surveys.personal:erase_answers",
            expire=f"{HERE}.surveys.personal:expire_answers",
        ),
        PersonalData(
            "wayfinding.Study",
            _("Which of the staff had the trips of the town counted."),
            retention_days=None,
            export=f"{HERE}.surveys.personal:export_studies",
            erase=f"{HERE}.surveys.personal:erase_studies",
        ),
    ),
    handlers=(
        Handler("stadtherz.kernel.people.events:PeopleMerged", f"{HERE}.obstacles.personal:people_merged"),
        Handler("stadtherz.kernel.people.events:PeopleMerged", f"{HERE}.surveys.personal:people_merged"),
    ),
    recorded=RECORDED,
)
