# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declaration of the participation service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.roles import Role
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
    Place,
    Service,
)
from stadtherz.services.participation.events import IDEA_TOPIC
from stadtherz.services.participation.recorded import RECORDED

HERE = "stadtherz.services.participation"
PUBLIC_FOR_GOOD = _("for good once it is public; otherwise half a year")
CLERKS = frozenset({Role.CLERK, Role.ADMIN})

SERVICE = Service(
    key="participation",
    title=_("Take part"),
    summary=_("Propose ideas, support and discuss them, and see what became of them."),
    url_prefix="mitreden/",
    api=f"{HERE}.api:router",
    demo=f"{HERE}.demo.loading:load",
    urls=f"{HERE}.web.urls",
    search=f"{HERE}.web.home:search",
    lanes=(
        Lane(
            frozenset({"POST"}),
            r"/mitreden/ideen/(?P<idea>[0-9]{1,18})/unterstuetzen/",
            f"{HERE}.web.support_lane:press",
            most_bytes=4096,
        ),
    ),
    menu=(
        MenuEntry(
            _("Where you can take part"),
            "participation:overview",
            Door.TAKE_PART,
            "speak",
            order=10,
            summary=_("All processes of the town: what is open now, and until when."),
        ),
        MenuEntry(
            _("All ideas"),
            "participation:ideas",
            Door.TAKE_PART,
            "bulb",
            order=11,
            summary=_("Read what people propose, support it and discuss it."),
        ),
        MenuEntry(
            _("Ideas on the map"),
            "participation:map",
            Door.TAKE_PART,
            "map",
            order=12,
            summary=_("See what is proposed in your street and around your corner."),
        ),
        MenuEntry(
            _("What becomes of ideas"),
            "participation:outcomes",
            Door.TAKE_PART,
            "check-circle",
            order=13,
            summary=_("The town's answers: planned, carried out or declined, each with the reason."),
        ),
        MenuEntry(_("My contributions"), "participation:own", Door.OWN, "speak", order=10),
        MenuEntry(
            _("Answer ideas"),
            "participation:answering",
            Door.STAFF,
            "reply",
            permission="participation.answer",
            order=20,
        ),
        MenuEntry(
            _("Enter from paper"),
            "participation:paper",
            Door.STAFF,
            "paper",
            permission="participation.paper",
            order=21,
        ),
        MenuEntry(
            _("Set up processes"),
            "participation:manage",
            Door.STAFF,
            "calendar",
            permission="participation.manage",
            order=22,
        ),
    ),
    desk=(
        Desk("participation.manage", f"{HERE}.web.desk:to_set_up", 19),
        Desk("participation.answer", f"{HERE}.web.desk:waiting", 20),
    ),
    home=(
        HomeBlock(
            "participation-now", Door.TAKE_PART, "ui/components/door_entries.html", f"{HERE}.web.home:take_part", 10
        ),
        HomeBlock(
            "participation-known", Door.TAKE_PART, "ui/components/door_entries.html", f"{HERE}.web.home:known", 11
        ),
        HomeBlock(
            "participation-outcomes",
            Door.TAKE_PART,
            "participation/home/outcomes.html",
            f"{HERE}.web.home:outcomes",
            20,
            Place.BAND,
        ),
        HomeBlock(
            "participation-map",
            Door.TAKE_PART,
            "participation/home/map.html",
            f"{HERE}.web.home:on_the_map",
            30,
            Place.MAP,
        ),
    ),
    permissions=(
        Permission("participation.answer", _("Answer ideas for the town"), CLERKS),
        Permission("participation.paper", _("Enter ideas and supports from paper"), CLERKS),
        Permission("participation.merge", _("Merge ideas that say the same"), CLERKS | {Role.MODERATOR}),
        Permission("participation.export", _("Export ideas as a table"), CLERKS | {Role.EDITOR}),
        Permission(
            "participation.manage", _("Set up processes and their phases"), frozenset({Role.EDITOR, Role.ADMIN})
        ),
    ),
    moderated=(
        ModeratedKind(
            key="participation.idea",
            title=_("Idea"),
            on_release=f"{HERE}.moderated:release_idea",
            on_decline=f"{HERE}.moderated:decline_idea",
            on_take_down=f"{HERE}.moderated:take_down_idea",
            on_return=f"{HERE}.moderated:return_idea",
            on_wait=f"{HERE}.moderated:idea_waits",
            url=f"{HERE}.moderated:idea_url",
        ),
        ModeratedKind(
            key="participation.comment",
            title=_("Comment"),
            on_release=f"{HERE}.moderated:release_comment",
            on_decline=f"{HERE}.moderated:decline_comment",
            on_take_down=f"{HERE}.moderated:take_down_comment",
            on_return=f"{HERE}.moderated:return_comment",
            on_wait=f"{HERE}.moderated:comment_waits",
            url=f"{HERE}.moderated:comment_url",
        ),
    ),
    personal_data=(
        PersonalData(
            "participation.Idea",
            _("Ideas are part of the town's public record."),
            retention_days=180,
            kept=PUBLIC_FOR_GOOD,
            export=f"{HERE}.personal:export_ideas",
            erase=f"{HERE}.personal:erase_ideas",
            expire=f"{HERE}.personal:expire_ideas",
        ),
        PersonalData(
            "participation.Comment",
            _("Comments are part of the public discussion."),
            retention_days=180,
            kept=PUBLIC_FOR_GOOD,
            export=f"{HERE}.personal:export_comments",
            erase=f"{HERE}.personal:erase_comments",
            expire=f"{HERE}.personal:expire_comments",
        ),
        PersonalData(
            "participation.Support",
            _("So that everybody counts once. Afterwards the number stays without the person."),
            retention_days=730,
            export=f"{HERE}.personal:export_supports",
            erase=f"{HERE}.personal:erase_supports",
            expire=f"{HERE}.personal:expire_supports",
        ),
        PersonalData(
            "participation.Follow",
            _("To tell people what became of ideas that they follow."),
            retention_days=None,
            kept=_("until they stop following, or delete the account"),
            export=f"{HERE}.personal:export_follows",
            erase=f"{HERE}.personal:erase_follows",
        ),
        PersonalData(
            "participation.StatusChange",
            _("Official answers name the office. Which account entered them is kept to clear up mistakes."),
            retention_days=None,
            erase=f"{HERE}.personal:erase_answers",
        ),
        PersonalData(
            "participation.Merge",
            _("Which account merged two ideas is kept to clear up mistakes."),
            retention_days=None,
            erase=f"{HERE}.personal:erase_merges",
        ),
        PersonalData(
            "participation.PaperSheet",
            _("Which account entered a paper sheet is kept so that the sheet can be recounted."),
            retention_days=None,
            erase=f"{HERE}.personal:erase_sheets",
        ),
    ),
    live=(LiveTopic(IDEA_TOPIC, "public"),),
    handlers=(Handler("stadtherz.kernel.people.events:PeopleMerged", f"{HERE}.personal:people_merged"),),
    recorded=RECORDED,
)
