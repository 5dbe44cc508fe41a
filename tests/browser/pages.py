# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page type of the platform, one line each. ``test_pages`` looks at all of them in all looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageType:
    """A page type: where it is, and who sees it.

    ``via`` is a CSS selector of a link on ``path`` that leads to the page, for pages whose address is not known
    beforehand. ``has_map``: may weigh more. ``shows``: a CSS selector of what makes the page what it is called.
    """

    name: str
    path: str
    role: str = ""
    status: int = 200
    via: str = ""
    has_map: bool = False
    shows: str = "h1"

    def __str__(self) -> str:
        return self.name


PAGES = (
    PageType("home", "/", has_map=True),
    PageType("door", "/door/take-part/"),
    PageType("door to arrive", "/door/arrive/"),
    PageType("search", "/search/?q=Spielplatz"),
    PageType("search without hits", "/search/?q=xyzzy"),
    PageType("components", "/ui/components/", has_map=True),
    PageType("imprint", "/page/imprint/"),
    PageType("privacy", "/page/privacy/"),
    PageType("accessibility", "/page/accessibility/"),
    PageType("about", "/page/about/"),
    PageType("handbook", "/handbook/"),
    PageType("page of the handbook", "/handbook/publish-a-sensor/"),
    PageType("not found", "/there-is-nothing-here/", status=404),
    PageType("sign in", "/account/login/"),
    PageType("sign up", "/account/signup/"),
    PageType("forgotten password", "/account/password/reset/"),
    PageType("invitation", "/account/invitation/{invitation}/"),
    PageType("invitation that counts no more", "/account/invitation/old/", status=404),
    PageType("account", "/account/", role="resident"),
    PageType("password again", "/account/data/download/", role="resident"),
    PageType("e-mail address", "/account/email/", role="resident"),
    PageType("sessions", "/account/sessions/", role="resident"),
    PageType("notices", "/notices/", role="resident"),
    PageType("participation", "/mitreden/", has_map=True),
    PageType("process", "/mitreden/beteiligung/ideen/"),
    PageType("ideas", "/mitreden/ideen/"),
    PageType("what became of ideas", "/mitreden/was-daraus-wurde/"),
    PageType("ideas on the map", "/mitreden/ideen/karte/", has_map=True),
    PageType("idea", "/mitreden/ideen/", via=".sh-row__title a", has_map=True),
    PageType("new idea", "/mitreden/ideen/neu/", role="resident", has_map=True),
    PageType("own ideas", "/mitreden/meine/", role="resident"),
    PageType("list for a stand", "/mitreden/ideen/liste/"),
    PageType("ideas to answer", "/mitreden/amt/antworten/", role="clerk"),
    PageType("answer", "/mitreden/amt/antworten/", role="clerk", via=".sh-work__title, .sh-row__title a"),
    PageType(
        "correct an answer",
        "/mitreden/ideen/{answered idea}/",
        role="clerk",
        via="[data-part=timeline] a[href$='/berichtigen/']",
        has_map=True,
    ),
    PageType("idea that says the same", "/mitreden/amt/zusammenfuehren/{idea}/", role="moderator"),
    PageType(
        "merge ideas", "/mitreden/amt/zusammenfuehren/{idea}/?q=der", role="clerk", via=".sh-work__title", has_map=True
    ),
    PageType("paper", "/mitreden/amt/papier/", role="clerk"),
    PageType("people without e-mail", "/staff/people/", role="clerk"),
    PageType("enter a person", "/staff/people/new/", role="clerk"),
    PageType("way", "/ankommen/weg/"),
    PageType("way answered", "/ankommen/weg/?start=Rathaus&goal=Bahnhofsplatz&aid=walker", has_map=True),
    PageType("how far", "/ankommen/umkreis/?start=Rathaus&aid=walker", has_map=True),
    PageType("toilets and lifts", "/ankommen/orte/?art=toiletten", has_map=True),
    PageType("way to choose from", "/ankommen/weg/?start=Bahnhof&goal=&aid=pram"),
    PageType(
        "why not", "/ankommen/weg/?start=Rathaus&goal=Burgruine&aid=wheelchair-manual", has_map=True, shows=".wf-why"
    ),
    PageType("way to nowhere", "/ankommen/weg/?start=Rathaus&goal=52.5,13.4&aid=blind"),
    PageType("obstacles", "/ankommen/hindernisse/", has_map=True),
    PageType("obstacle", "/ankommen/hindernisse/", via=".sh-row__title a", has_map=True),
    PageType("obstacle that recurs", "/ankommen/hindernisse/{market}/", has_map=True, shows=".wo-times"),
    PageType("report an obstacle", "/ankommen/hindernisse/melden/", role="resident", has_map=True),
    PageType("obstacles to clear up", "/ankommen/amt/hindernisse/", role="clerk"),
    PageType("draw an obstacle", "/ankommen/amt/hindernisse/neu/", role="clerk", has_map=True),
    PageType(
        "change an obstacle that recurs",
        "/ankommen/hindernisse/{market}/aendern/",
        role="clerk",
        has_map=True,
        shows="[name=days]:checked",
    ),
    PageType("help the map", "/ankommen/mithelfen/", has_map=True),
    PageType("round of questions", "/ankommen/mithelfen/runde/", has_map=True),
    PageType("barriers", "/ankommen/amt/barrieren/", role="clerk", has_map=True),
    PageType("gaps of the map", "/ankommen/amt/luecken/", role="clerk", has_map=True),
    PageType("map of the ways", "/ankommen/amt/karte/", role="clerk"),
    PageType("answers from the spot", "/ankommen/amt/vor-ort/", role="clerk"),
    PageType("sources of measurements", "/wissen/messwerte/amt/quellen/", role="clerk"),
    PageType("new source", "/wissen/messwerte/amt/quellen/neu/", role="clerk"),
    PageType(
        "new source that is asked",
        "/wissen/messwerte/amt/quellen/neu/?kind=connector",
        role="clerk",
        via="[value=sensorthings] + label",
    ),
    PageType("source", "/wissen/messwerte/amt/quellen/", role="clerk", via="[aria-labelledby=sources] th a"),
    PageType("change a source", "/wissen/messwerte/amt/quellen/{source}/bearbeiten/", role="clerk"),
    PageType("new station", "/wissen/messwerte/amt/quellen/{source}/messstelle/", role="clerk", has_map=True),
    PageType(
        "source that failed",
        "/wissen/messwerte/amt/quellen/",
        role="clerk",
        via="[aria-labelledby=sources] tr:last-child th a",
    ),
    PageType(
        "adopt a sensor",
        "/wissen/messwerte/amt/quellen/",
        role="clerk",
        via="[aria-labelledby=waiting] th a",
        has_map=True,
    ),
    PageType(
        "model of a sensor",
        "/wissen/messwerte/amt/quellen/{network}/uebernehmen/?device=a8404100018f2b31&decoder=",
        role="clerk",
    ),
    PageType(
        "device", "/wissen/messwerte/amt/quellen/{source}/", role="clerk", via="[aria-labelledby=devices] tbody th a"
    ),
    PageType("unit of a field", "/wissen/messwerte/amt/felder/{field}/", role="clerk"),
    PageType("change a station", "/wissen/messwerte/amt/stationen/{station}/", role="clerk", has_map=True),
    PageType("mark values", "/wissen/messwerte/amt/reihen/{sensor}/pruefen/", role="clerk"),
    PageType("the unit changes", "/wissen/messwerte/amt/reihen/{sensor}/einheit/", role="clerk"),
    PageType("measurements", "/wissen/messwerte/", has_map=True),
    PageType("sensor", "/wissen/messwerte/", via=".sh-row__title a", has_map=True),
    PageType("sensor compared", "/wissen/messwerte/{sensor}/?period=year&against=before", has_map=True),
    PageType("embedding", "/wissen/messwerte/{sensor}/einbetten/"),
    PageType("frame", "/wissen/messwerte/{sensor}/einbetten/rahmen/"),
    PageType("export of measurements", "/wissen/messwerte/mitnehmen/"),
    PageType("measurements of a district", "/wissen/messwerte/ortsbezirk/1/", has_map=True),
    PageType("measurements of a place", "/wissen/messwerte/hier/?lat=49.444&lon=7.769"),
    PageType("alerts", "/wissen/messwerte/amt/alarme/", role="clerk"),
    PageType("new alert rule", "/wissen/messwerte/amt/alarme/neu/", role="clerk"),
    PageType("alert rule", "/wissen/messwerte/amt/alarme/", role="clerk", via="[aria-labelledby=rules] h3 a"),
    PageType("change an alert rule", "/wissen/messwerte/amt/alarme/1/aendern/", role="clerk"),
    PageType("moderation", "/moderation/", role="moderator"),
    PageType("case", "/moderation/", role="moderator", via=".sh-work__title", has_map=True),
    PageType("moderation on paper", "/moderation/print/", role="moderator"),
    PageType("mailbox", "/dev/mail/"),
    PageType("what waits today", "/staff/", role="clerk"),
    PageType("roles", "/staff/roles/", role="admin"),
    PageType("municipality", "/staff/municipality/", role="admin"),
    PageType("record of decisions", "/staff/record/", role="admin"),
    PageType("processes to set up", "/mitreden/amt/beteiligungen/", role="admin"),
    PageType("process to set up", "/mitreden/amt/beteiligungen/ideen/", role="admin"),
    PageType("new idea without an account", "/mitreden/ideen/neu/", has_map=True),
)
