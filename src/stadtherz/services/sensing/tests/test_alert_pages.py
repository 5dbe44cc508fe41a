# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A rule's form says at the field what is wrong, and its page shows all that the trial found and on what it rests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile, signs
from stadtherz.services.sensing.actions.alerts import change_rule, decided, switch, watch_all
from stadtherz.services.sensing.actions.unit_changes import change_unit
from stadtherz.services.sensing.models import Alert, AlertRule, Datastream
from stadtherz.services.sensing.queries.watching import trial
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream, unless_now
from stadtherz.services.sensing.tests.pressing import Form
from stadtherz.services.sensing.web.alert_trial import basis, length_words, moment_words, result, rows

ALERTS = "/wissen/messwerte/amt/alarme/"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _rule(datastream: Datastream, **more: Any) -> AlertRule:
    return AlertRule.objects.create(**{"name": "Regel", "datastream": datastream, "bound": 50.0, **more})


@pytest.fixture
def clerk(client: Client, town: object) -> Client:
    client.force_login(person(Role.CLERK))
    return client


def _form(page: bytes) -> Form:
    return Form(page, "sn-rule")


@pytest.mark.parametrize(
    "more",
    [
        {"release": 45.0}, {"kind": "silence", "bound": 0.0, "minutes": 120}, {"kind": "outlier", "bound": 3.5},
        {"below": True, "release": 60.5}, {"kind": "change", "bound": 4.25}, {"weekdays": "45", "from_hour": 22, "to_hour": 6},
        {"bound": 0.1 + 0.2}, {"mail_to": "a@example.org, b@example.org", "webhook": "https://leitstelle.example.org/alarm"},
    ],
)  # fmt: skip
def test_who_opens_a_rule_and_saves_it_changes_nothing(clerk: Client, more: dict[str, Any]) -> None:
    rule = _rule(stream(), **more)
    before = AlertRule.objects.values().get(pk=rule.pk)
    address = f"{ALERTS}{rule.pk}/aendern/"
    answer = clerk.post(address, _form(clerk.get(address).content).sent)
    assert answer.status_code == 302, _form(answer.content).wrong
    assert AlertRule.objects.values().get(pk=rule.pk) == before


def test_what_a_kind_does_not_need_cannot_be_wrong(clerk: Client) -> None:
    """Those fields are not on the page: nobody would find the error."""
    rule = _rule(stream())
    address = f"{ALERTS}{rule.pk}/aendern/"
    sent = _form(clerk.get(address).content).sent
    told = clerk.post(
        address, sent | {"kind": "silence", "bound": "viel", "release": "x", "hold": "-1", "minutes": "30"}
    )
    assert told.status_code == 302
    sent = _form(clerk.get(address).content).sent
    assert clerk.post(address, sent | {"kind": "threshold", "bound": "50", "minutes": "-5"}).status_code == 302


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"to_hour": "25"}, "to_hour"), ({"from_hour": "24"}, "from_hour"), ({"from_hour": "6", "to_hour": "6"}, "to_hour"),
        ({"hold": "99999999"}, "hold"), ({"pause_minutes": "2147483647"}, "pause_minutes"), ({"release": "90"}, "release"),
        ({"mail_to": "amt@example.org, vorzimmer"}, "mail_to"), ({"bound": "viel"}, "bound"), ({"webhook": "leitstelle"}, "webhook"),
    ],
)  # fmt: skip
def test_an_error_stands_at_its_field(clerk: Client, said: dict[str, str], where: str) -> None:
    rule = _rule(stream())
    address = f"{ALERTS}{rule.pk}/aendern/"
    answer = clerk.post(address, _form(clerk.get(address).content).sent | said)
    assert (answer.status_code, _form(answer.content).wrong) == (422, {where})


def test_a_bound_that_was_written_in_the_unit_of_before_is_not_taken(clerk: Client) -> None:
    gauge = stream("water_level")
    rule = _rule(gauge, bound=80.0)
    address = f"{ALERTS}{rule.pk}/aendern/"
    sent = _form(clerk.get(address).content).sent
    change_unit(
        datastream=gauge, unit={"name": "metre", "symbol": "m", "definition": "ucum:m"}, by=None, since=timezone.now()
    )
    answer = clerk.post(address, sent)
    assert (answer.status_code, _form(answer.content).wrong) == (422, {"bound"})
    assert "0,8\u00a0m" in answer.content.decode()
    assert AlertRule.objects.get().bound == 0.8
    assert clerk.post(address, _form(answer.content).sent | {"bound": "0,9"}).status_code == 302
    assert AlertRule.objects.get().bound == 0.9


def test_what_another_clerk_has_saved_is_told_beside_what_this_one_wrote(clerk: Client) -> None:
    """Nothing is overwritten unseen; who has read it may send again, and then it counts."""
    rule = _rule(stream("water_level"), bound=50.0, mail_to="wasser@example.org")
    address = f"{ALERTS}{rule.pk}/aendern/"
    first, second = (_form(clerk.get(address).content) for _clerk in range(2))
    assert clerk.post(address, first.sent | {"bound": "80", "weekdays": ["5", "6"]}).status_code == 302
    answer = clerk.post(address, second.sent | {"bound": "60", "name": "Hochwasser"})
    form = _form(answer.content)
    assert (answer.status_code, form.wrong) == (422, {"bound"})
    told = answer.content.decode().replace("\u00a0", " ")
    for said in ("gespeichert: 80 cm.", "gespeichert: Samstag, Sonntag."):
        assert said in told
    assert form.sent["bound"] == ["60"]
    assert form.draft != second.draft, "what was written for the version of before is not offered for this one"
    assert AlertRule.objects.values_list("bound", "weekdays", "name").get() == (80.0, "56", "Regel")
    assert clerk.post(address, form.sent | {"weekdays": ["5", "6"]}).status_code == 302
    assert AlertRule.objects.values_list("bound", "weekdays", "name").get() == (60.0, "56", "Hochwasser")


def test_what_is_saved_in_the_moment_of_saving_is_not_overwritten(clerk: Client) -> None:
    rule = _rule(stream())
    seen = signs(decided(rule))
    AlertRule.objects.filter(pk=rule.pk).update(bound=70.0)
    with pytest.raises(ChangedMeanwhile):
        change_rule(rule=rule, clerk=person(Role.CLERK), seen=seen, bound=60.0)
    assert AlertRule.objects.get().bound == 70.0


def test_what_a_clerk_changes_holds_for_the_value_that_is_there(clerk: Client) -> None:
    """As the form says: as soon as it is saved, and not from the next value on, which a gauge may send tomorrow."""
    gauge = stream("water_level", every=86400)
    rule, by = _rule(gauge, bound=100.0, is_on=True), person(Role.CLERK)
    now = timezone.now()
    fill(gauge, [(now - timedelta(hours=2), 40.0), (now - timedelta(hours=1), 80.0)])
    watch_all(now=now)
    assert (Alert.objects.count(), watch_all(now=now)) == (0, 0)
    change_rule(rule=AlertRule.objects.get(), clerk=by, bound=50.0)
    assert watch_all(now=now) == 1
    assert [(alert.began_at, alert.ended_at) for alert in Alert.objects.all()] == [(now - timedelta(hours=1), None)]
    change_rule(rule=AlertRule.objects.get(), clerk=by, name="Hochwasser")
    assert (watch_all(now=now), Alert.objects.count(), rule.pk) == (0, 1, Alert.objects.get().rule_id)


@pytest.mark.parametrize(("hours_ago", "count"), [(20, 1), (24 * 30, 0)])
def test_a_rule_that_is_switched_on_looks_at_the_value_that_is_there(clerk: Client, hours_ago: int, count: int) -> None:
    """A gauge that reports once a day is too high since this morning; one that is silent since a month tells nothing of now."""
    gauge, now = stream("water_level", every=86400), timezone.now()
    fill(gauge, [(now - timedelta(hours=hours_ago), 80.0)])
    switch(rule=_rule(gauge), on=True, clerk=person(Role.CLERK))
    watch_all(now=now)
    assert Alert.objects.filter(ended_at=None).count() == count


def test_a_rule_that_was_removed_meanwhile_is_not_changed(clerk: Client) -> None:
    rule = _rule(stream())
    address = f"{ALERTS}{rule.pk}/aendern/"
    sent = _form(clerk.get(address).content).sent
    clerk.post(f"{ALERTS}{rule.pk}/", {"do": "remove"})
    assert "inzwischen entfernt" in clerk.post(address, sent | {"bound": "60"}, follow=True).content.decode()
    assert AlertRule.objects.get().bound == 50.0


def test_no_day_is_ticked_and_no_station_told_twice(clerk: Client) -> None:
    gauge = stream("water_level", name="Pegel Lauter")
    Datastream.objects.update(name="Pegel Lauter: Wasserstand")
    form = _form(clerk.get(f"{ALERTS}neu/?sensor={gauge.pk}").content)
    assert "weekdays" not in form.sent
    assert form.chosen["datastream"] == "Pegel Lauter: Wasserstand (cm)"
    pages = ("neu", *(f"{_rule(gauge, name=name).pk}/aendern" for name in ("Erste", "Zweite")))
    keys = {_form(clerk.get(f"{ALERTS}{each}/").content).draft for each in pages}
    assert len(keys) == 3, "what was written for one rule is not offered for another"


def test_the_page_lists_each_alert_of_the_trial(clerk: Client) -> None:
    dust = stream(every=3600)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    fill(dust, [(now - timedelta(hours=n), 80.0 if n % 100 in {50, 51, 52} else 20.0) for n in range(2000)])
    rule = _rule(dust, bound=50.0)
    page = clerk.get(f"{ALERTS}{rule.pk}/").content.decode()
    listed = page[page.index('aria-labelledby="each"') :]
    assert re.findall(r"--numeric\">(\d+[^<]*h)</td>", listed) == ["3\u00a0h"] * 20
    page = page.replace("\u00a0", " ")
    assert "20 Mal Alarm gegeben: zusammen 2 Tage 12 h, am längsten 3 h" in page
    assert "an 83 Tagen erprobt, nicht an einem ganzen Jahr" in page


def _words(rule: AlertRule, now: datetime = NOW) -> str:
    with override("de"):
        tried = trial(rule, now)
        return " ".join([*result(rule, tried), *basis(rule, tried, now)])


def test_a_sensor_that_fell_silent_long_ago_is_tried_on_its_own_last_year(town: object) -> None:
    counter = stream("bicycles", every=3600)
    last = NOW - timedelta(days=500)
    fill(counter, [(last - timedelta(hours=n), 90.0 if n == 30 else 5.0) for n in range(24 * 40)])
    roll_up(now=NOW)
    rule = _rule(counter)
    told = _words(rule)
    assert "1 Mal Alarm" in told
    assert "schweigt seit dem 8. Juli 2025" in told
    assert "an 40 Tagen erprobt" in told
    rule.kind = "silence"
    assert "Alarm gegeben; Dauer: 499" in _words(rule), "it is silent now"


def test_how_far_the_values_reach_is_told(town: object) -> None:
    dust = stream(every=86400)
    fill(dust, [(NOW - timedelta(days=n), 20.0) for n in range(800)])
    roll_up(now=NOW)
    rule = _rule(dust)
    told = _words(rule)
    assert "nie Alarm" in told
    assert (
        f"an einem ganzen Jahr erprobt, vom 20. November{unless_now(2025)} bis zum 20. November{unless_now(2026)}; "
        "Werte gibt es seit dem 12. September 2024" in told
    )
    fresh = stream(name="Neu")
    assert "noch keine Werte" in _words(_rule(fresh))


def test_gaps_are_told_because_nothing_could_be_found_in_them(town: object) -> None:
    dust = stream(every=3600)
    fill(dust, [(NOW - timedelta(hours=n), 20.0) for n in range(1000) if n % 4])
    assert "75\u00a0% der fälligen Werte" in _words(_rule(dust))


def test_an_outlier_rule_says_since_when_it_can_judge(town: object) -> None:
    dust = stream(every=3600)
    fill(dust, [(NOW - timedelta(hours=n), 20.0) for n in range(24 * 20)])
    rule = _rule(dust, kind="outlier", bound=3.5)
    assert "kann noch nicht urteilen" in _words(rule)
    fill(dust, [(NOW - timedelta(hours=n), 20.0) for n in range(24 * 20, 24 * 60)])
    assert "Urteilen konnte sie ab dem 19. Oktober" in _words(rule)


@pytest.mark.parametrize(("pause", "told"), [(0, 6), (10, 6), (60, 3), (600, 1)])
def test_a_trial_counts_the_messages_that_would_have_left(town: object, pause: int, told: int) -> None:
    dust = stream(every=600)
    values = [90.0 if n % 3 == 1 else 20.0 for n in range(18)]  # each half an hour, for ten minutes
    fill(dust, [(NOW - timedelta(minutes=10 * (18 - n)), value) for n, value in enumerate(values)])
    assert trial(_rule(dust, pause_minutes=pause), NOW).told == told


def test_lengths_and_moments_are_told_exactly() -> None:
    with override("en"):
        told = [
            length_words(each).replace("\u00a0", " ") for each in (60, 900, 3600, 12000, 172800 + 5 * 3600, 86400 * 100)
        ]
        assert told == ["1 minute", "15 minutes", "1 h", "3 h 20 min", "2 days 5 h", "100 days"]
        twice = [moment_words(datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp(), BERLIN)[-6:] for hour in (0, 1)]
        assert twice == ["(CEST)", " (CET)"]


def test_rows_have_no_peak_where_it_is_no_value(town: object) -> None:
    dust = stream(every=600)
    fill(dust, [(NOW - timedelta(hours=5), 20.0)])
    rule = _rule(dust, kind="silence", minutes=60)
    assert [each["peak"] for each in rows(rule, trial(rule, NOW), BERLIN)] == [""]


def test_an_alert_of_one_day_bears_its_day_once(clerk: Client) -> None:
    rule = _rule(stream())
    for days, hours in ((1, 2), (3, 30)):
        began = NOW - timedelta(days=days)
        Alert.objects.create(rule=rule, began_at=began, ended_at=began + timedelta(hours=hours))
    page = re.sub(r"<[^>]+>", "", clerk.get(f"{ALERTS}{rule.pk}/").content.decode()).replace("\u00a0", " ")
    year = unless_now(2026)
    assert f"Donnerstag, 19. November{year}, 13:00 Uhr – 15:00" in page
    assert f"Dienstag, 17. November{year}, 13:00 Uhr – Mittwoch, 18. November{year}, 19:00 Uhr" in page


def test_all_alerts_of_a_rule_are_taken_over_and_given_back_together(clerk: Client) -> None:
    """A value that fluttered for a night made thirty; the page lists the newest twenty."""
    rule = _rule(stream(), is_on=True)
    for n in range(30):
        Alert.objects.create(
            rule=rule, began_at=NOW - timedelta(minutes=2 * n), ended_at=NOW - timedelta(minutes=2 * n - 1)
        )
    overview = clerk.get(ALERTS).content.decode()
    assert (overview.count("sh-work__title"), "29 weitere warten" in overview) == (1, True)
    address = f"{ALERTS}{rule.pk}/"
    assert "Alle 30 wartenden übernehmen" in clerk.get(address).content.decode()
    first = Alert.objects.first()
    assert first is not None
    clerk.post(address, {"do": "acknowledge", "alert": first.pk})
    clerk.post(address, {"do": "acknowledge-all", "note": "Wartung"})
    taken = Alert.objects.exclude(pk=first.pk).exclude(acknowledged_at=None)
    assert (taken.count(), set(taken.values_list("note", flat=True))) == (29, {"Wartung"})
    assert "Nichts wartet" in clerk.get(ALERTS).content.decode()
    assert "Alle 29 zurücknehmen" in clerk.get(address).content.decode()
    clerk.post(address, {"do": "take-back", "alert": Alert.objects.exclude(pk=first.pk)[0].pk})
    assert Alert.objects.exclude(acknowledged_at=None).get() == first, "what was taken over by itself stays so"
    assert (
        "alle Alarme" not in clerk.post(address, {"do": "take-back", "alert": first.pk}, follow=True).content.decode()
    )
    assert not Alert.objects.exclude(acknowledged_at=None).exists()


def test_a_removed_rule_is_not_switched_on_from_a_page_that_stood_open(clerk: Client) -> None:
    rule = _rule(stream(), mail_to="amt@example.org")
    address = f"{ALERTS}{rule.pk}/"
    clerk.post(address, {"do": "remove"})
    for does in ("on", "try"):
        told = clerk.post(address, {"do": does}, follow=True).content.decode()
        assert "inzwischen entfernt" in told
    clerk.post(address, {"do": "restore"})
    assert not AlertRule.objects.get().is_on
