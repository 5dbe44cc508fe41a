# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which pictures stand in docs/screenshots, one line each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.chromium import Look


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: ``via`` is a CSS selector of a link to follow, ``submit`` one of a button to press before; ``paper``: as
    it is printed."""

    name: str
    path: str
    look: Look = Look()  # noqa: RUF009  frozen
    role: str = ""
    via: str = ""
    submit: str = ""
    town: str = ""
    height: int = 900
    whole: bool = False
    wait_for: str = ""
    paper: bool = False


DARK, NARROW, ENGLISH = Look(theme="dark"), Look(width=320), Look(language="en")
PAPER = Look(width=794)  # A4 at 96 dots an inch

SEND = "main form[method=post] [type=submit]"
ROWS = ".sh-row__title a"
WORK = ".sh-work__title, .sh-row__title a"

PICTURES = (
    Picture("home", "/", whole=True),
    Picture("home-dark", "/", DARK, whole=True),
    Picture("home-320", "/", NARROW, whole=True),
    Picture("home-english", "/", ENGLISH, whole=True),
    Picture("home-kusel", "/", town="kusel"),
    Picture("list", "/mitreden/ideen/"),
    Picture("map", "/mitreden/ideen/karte/"),
    Picture("map-dark", "/mitreden/ideen/karte/", DARK),
    Picture("outcomes", "/mitreden/was-daraus-wurde/"),
    Picture("idea", "/mitreden/ideen/", via=ROWS, whole=True),
    Picture("idea-320", "/mitreden/ideen/", NARROW, via=ROWS, whole=True),
    Picture("form-with-errors", "/mitreden/ideen/neu/", role="resident", submit=SEND, whole=True),
    Picture("desk", "/staff/", role="clerk"),
    Picture("moderation", "/moderation/", role="moderator"),
    Picture("moderation-case", "/moderation/", role="moderator", via=WORK, whole=True),
    Picture("answer", "/mitreden/amt/antworten/", role="clerk", via=WORK, whole=True),
    Picture("way-plan", "/ankommen/weg/"),
    Picture("way", "/ankommen/weg/?start=Rathaus&goal=Bahnhofsplatz&aid=walker", whole=True),
    Picture("way-320", "/ankommen/weg/?start=Rathaus&goal=Bahnhofsplatz&aid=walker", NARROW, whole=True),
    Picture("way-dark", "/ankommen/weg/?start=Rathaus&goal=Bahnhofsplatz&aid=walker", DARK, whole=True),
    Picture("way-print", "/ankommen/weg/?start=Rathaus&goal=Bahnhofsplatz&aid=walker", PAPER, whole=True, paper=True),
    Picture("way-reach", "/ankommen/umkreis/?start=Rathaus&aid=walker"),
    Picture(
        "way-why-not",
        "/ankommen/weg/?start=Rathaus&goal=Burgruine&aid=wheelchair-manual",
        whole=True,
        wait_for=".wf-why",
    ),
    Picture("obstacles", "/ankommen/hindernisse/", whole=True),
    Picture("barriers", "/ankommen/amt/barrieren/", role="clerk", whole=True),
    Picture("survey-320", "/ankommen/mithelfen/", NARROW, via=".wf-ranked a", whole=True),
    Picture("gaps", "/ankommen/amt/luecken/", role="clerk", whole=True),
    Picture("measurements", "/wissen/messwerte/", height=1700),
    Picture("measurements-dark", "/wissen/messwerte/", DARK, height=1700),
    Picture("measurements-320", "/wissen/messwerte/", NARROW, whole=True),
    Picture("sensor", "/wissen/messwerte/7/", whole=True),
    Picture("sensor-320", "/wissen/messwerte/4/", NARROW, whole=True),
    Picture("sensor-dark", "/wissen/messwerte/3/", DARK, whole=True),
    Picture("sensor-ozone", "/wissen/messwerte/14/?period=week", whole=True),
    Picture("sensor-compared", "/wissen/messwerte/3/?period=week&against=before", whole=True),
    Picture("export", "/wissen/messwerte/mitnehmen/", whole=True),
    Picture("alert", "/wissen/messwerte/amt/alarme/1/", role="clerk", whole=True),
    Picture("sources", "/wissen/messwerte/amt/quellen/", role="clerk", whole=True),
    Picture("adopt", "/wissen/messwerte/amt/quellen/", role="clerk", via="main tbody a", whole=True),
    Picture("record", "/staff/record/", role="admin", whole=True),
    Picture("components", "/ui/components/"),
    Picture("sign-in", "/account/login/"),
    Picture("not-found", "/there-is-nothing-here/"),
)
