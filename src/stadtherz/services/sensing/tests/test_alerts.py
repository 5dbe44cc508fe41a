# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A rule tells once, ends when it is over, is tried before it is switched on, and every step can be undone."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.jobs import run_waiting
from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.outside import client as outside
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions import alerts
from stadtherz.services.sensing.actions.alert_news import gather_mails
from stadtherz.services.sensing.alert_calls import call_webhook, signature
from stadtherz.services.sensing.ingest.sealing import unseal
from stadtherz.services.sensing.models import Alert, AlertRule
from stadtherz.services.sensing.reasons import Reason
from stadtherz.services.sensing.tests.measuring import fill, stream

MAIL = "umwelt@example.org"


@pytest.fixture
def rule(town: object) -> AlertRule:
    """Above 50, ends at 45, switched on."""
    clerk = person(Role.CLERK)
    made = alerts.create_rule(clerk=clerk, name="Staub", datastream=stream(), bound=50, release=45, mail_to=MAIL)
    alerts.switch(rule=made, on=True, clerk=clerk)
    return made


def _values(rule: AlertRule, *values: float, ago: int = 0) -> None:
    start = timezone.now().replace(microsecond=0) - timedelta(minutes=ago + len(values))
    fill(rule.datastream, [(start + timedelta(minutes=n), value) for n, value in enumerate(values)])


def _mails(template: str = "sensing/alert") -> int:
    return Message.objects.filter(address=MAIL, template=template).count()


def test_an_alert_is_told_once_however_often_the_job_runs(rule: AlertRule) -> None:
    _values(rule, 40, 60, 48, 70, ago=5)
    for _again in range(3):
        alerts.watch(rule=rule.pk, now=timezone.now())
    lasting = Alert.objects.get()
    assert (lasting.ended_at, lasting.peak, _mails()) == (None, 70, 1)
    _values(rule, 55, ago=2)
    alerts.watch(rule=rule.pk, now=timezone.now())
    assert Alert.objects.get().peak == 70, "what came before stays the furthest"
    _values(rule, 40)
    for _again in range(2):
        alerts.watch(rule=rule.pk, now=timezone.now())
    assert Alert.objects.get().ended_at is not None
    assert (_mails(), _mails("sensing/alert_over")) == (1, 1)
    over = Message.objects.get(template="sensing/alert_over")
    assert "70,0 µg/m³" in over.text, "with the digits of the page"
    assert over.subject == "Alarm vorbei: Staub"


def test_what_still_lasts_when_the_pause_is_over_is_told(rule: AlertRule) -> None:
    _values(rule, 60, 40, 60, 61, ago=1)
    alerts.watch(rule=rule.pk, now=timezone.now())
    assert (Alert.objects.count(), _mails()) == (2, 1)
    _values(rule, 62)
    alerts.watch(rule=rule.pk, now=timezone.now() + timedelta(minutes=61))
    alerts.watch(rule=rule.pk, now=timezone.now() + timedelta(minutes=140))
    assert (Alert.objects.count(), _mails()) == (2, 2)


def test_an_alert_that_nobody_looked_at_for_days_is_told_while_it_lasts(rule: AlertRule) -> None:
    AlertRule.objects.update(checked_until=timezone.now() - timedelta(days=4))
    _values(rule, 90, ago=3 * 24 * 60)
    _values(rule, 91)
    alerts.watch(rule=rule.pk, now=timezone.now())
    assert (Alert.objects.get().ended_at, _mails()) == (None, 1)


def test_who_flutters_is_told_of_once_in_an_hour(rule: AlertRule) -> None:
    _values(rule, 60, 40, 60, 40, 60, 40)
    alerts.watch(rule=rule.pk, now=timezone.now())
    assert (Alert.objects.count(), _mails()) == (3, 1)


def test_old_values_that_come_late_wake_nobody(rule: AlertRule) -> None:
    rule.checked_until = timezone.now() - timedelta(days=5)
    rule.save()
    _values(rule, 90, 90, 40, ago=3 * 24 * 60)
    alerts.watch(rule=rule.pk, now=timezone.now())
    assert (Alert.objects.count(), _mails()) == (1, 0)


def test_silence_is_found_without_any_new_value(rule: AlertRule) -> None:
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), kind="silence", minutes=30, bound=0, release=None)
    _values(rule, 10, 11, ago=40)
    assert alerts.watch_all(now=timezone.now()) == 1
    assert Alert.objects.get().ended_at is None
    _values(rule, 12)
    alerts.watch_all(now=timezone.now())
    assert Alert.objects.get().ended_at is not None
    assert _mails() == 1


def test_silence_that_began_before_the_rule_is_found(rule: AlertRule) -> None:
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), kind="silence", minutes=30, bound=0, release=None)
    _values(rule, 10, ago=30 * 24 * 60)
    alerts.watch_all(now=timezone.now())
    assert (Alert.objects.get().ended_at, _mails()) == (None, 1)
    mail = Message.objects.get().text
    assert "30 Minuten lang kein Wert" in mail
    assert "Äußerster" not in mail, "minutes of silence are no value in the unit of the sensor"
    _values(rule, 12)
    alerts.watch_all(now=timezone.now())
    assert _mails("sensing/alert_over") == 1


def test_another_kind_ends_what_lasts(rule: AlertRule) -> None:
    _values(rule, 60)
    alerts.watch(rule=rule.pk, now=timezone.now())
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), name="Feinstaub")
    assert Alert.objects.get().ended_at is None
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), kind="silence")
    assert Alert.objects.get().ended_at is not None
    assert "nicht bekannt" in Message.objects.get(template="sensing/alert_over").text


def test_a_rule_that_has_nothing_new_does_not_look(rule: AlertRule) -> None:
    assert alerts.watch_all(now=timezone.now()) == 0
    _values(rule, 10)
    assert alerts.watch_all(now=timezone.now()) == 1
    assert alerts.watch_all(now=timezone.now()) == 0


class Recorder:
    """The other system."""

    def __init__(self, *answers: int) -> None:
        self.heard: list[outside.Request] = []
        self.answers = list(answers)

    def ask(self, request: outside.Request, into: object) -> outside.Answer:
        self.heard.append(request)
        return outside.Answer(request.url, self.answers.pop(0) if self.answers else 204, {}, b"")

    @property
    def events(self) -> list[str]:
        return [json.loads(each.body or b"")["event"] for each in self.heard]


CALL = "https://leitstelle.example.org/alarm"


def test_a_call_that_is_not_taken_is_noted_and_sent_again_while_the_alert_lasts(rule: AlertRule) -> None:
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), webhook=CALL, mail_to="")
    _values(rule, 60)
    alerts.watch(rule=rule.pk, now=timezone.now())
    alert = Alert.objects.get()
    system = Recorder(503, 302, 204)
    with outside.use(system):
        run_waiting()
        rule.refresh_from_db()
        assert (rule.call_fails, "503" in str(Reason.read(rule.call_reason))) == (True, True)
        assert _waiting_calls() == [{"alert": alert.pk, "event": "began", "attempt": 2}]
        call_webhook(alert=alert.pk, attempt=2)
        rule.refresh_from_db()
        assert (rule.call_fails, "302" in str(Reason.read(rule.call_reason))) == (True, True), (
            "nobody is sent elsewhere"
        )
        call_webhook(alert=alert.pk, attempt=3)
        rule.refresh_from_db()
        assert not rule.call_fails
        Alert.objects.update(ended_at=timezone.now())
        call_webhook(alert=alert.pk, attempt=4)
    assert len(system.heard) == 3, "that it began is no news when it is over"
    assert not any(each.follow for each in system.heard)


class Down(Recorder):
    """Of two systems one does not answer, for now."""

    is_down = True

    def ask(self, request: outside.Request, into: object) -> outside.Answer:
        self.answers = [504 if self.is_down and request.url == CALL else 204]
        return super().ask(request, into)


def test_a_system_that_does_not_answer_is_not_asked_for_each_rule(rule: AlertRule) -> None:
    """Each call would hold up other work until it is given up; what was not called is called again later."""
    clerk = person(Role.CLERK)
    rules = [
        rule,
        *(alerts.create_rule(clerk=clerk, name=f"R{n}", datastream=rule.datastream, bound=50) for n in range(4)),
    ]
    for each in rules:
        alerts.change_rule(rule=each, clerk=clerk, webhook=CALL, mail_to="")
        alerts.switch(rule=each, on=True, clerk=clerk)
    elsewhere = alerts.create_rule(clerk=clerk, name="Anderswo", datastream=rule.datastream, bound=50)
    alerts.change_rule(rule=elsewhere, clerk=clerk, webhook="https://zweite.example.org/alarm")
    alerts.switch(rule=elsewhere, on=True, clerk=clerk)
    _values(rule, 60)
    alerts.watch_all(now=timezone.now())
    system = Down()
    with outside.use(system):
        run_waiting()
    assert sorted(each.url for each in system.heard) == [CALL, "https://zweite.example.org/alarm"]
    assert [each["attempt"] for each in _waiting_calls()] == [2] * 5
    AlertRule.objects.update(call_failed_at=timezone.now() - timedelta(minutes=2))
    system.is_down = False
    with outside.use(system):
        for each in Alert.objects.filter(rule__webhook=CALL):
            call_webhook(alert=each.pk, attempt=3)
    assert len(system.heard) == 7, "it answers again"


def _waiting_calls() -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->'arguments' FROM procrastinate_jobs WHERE task_name = 'sensing.call_webhook' AND status = 'todo'"
        )
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def test_an_alert_that_was_over_before_anybody_looked_tells_beginning_and_end(rule: AlertRule) -> None:
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), webhook=CALL)
    _values(rule, 60, 40)
    alerts.watch(rule=rule.pk, now=timezone.now())
    assert [each["event"] for each in _waiting_calls() if "event" in each] == ["ended"]
    assert (len(_waiting_calls()), _mails(), _mails("sensing/alert_over")) == (2, 1, 0)
    assert "Bis:" in Message.objects.get().text


def test_a_trial_reaches_everybody_and_says_so(rule: AlertRule, client: Client) -> None:
    clerk = person(Role.CLERK)
    alerts.change_rule(rule=rule, clerk=clerk, webhook=CALL)
    client.force_login(clerk)
    address = f"/wissen/messwerte/amt/alarme/{rule.pk}/"
    client.post(address, {"do": "try"})
    system = Recorder(500)
    with outside.use(system):
        run_waiting()
    assert (system.events, _mails("sensing/alert_trial"), Alert.objects.count()) == (["trial"], 1, 0)
    assert "Der letzte Aufruf ist nicht angekommen" in client.get(address).content.decode()
    assert "Aufruf schlägt fehl" in client.get("/wissen/messwerte/amt/alarme/").content.decode()


def test_a_call_is_signed_so_that_the_other_side_can_check_it(rule: AlertRule) -> None:
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), webhook="https://leitstelle.example.org/alarm", mail_to="")
    _values(rule, 60, ago=5)
    alerts.watch(rule=rule.pk, now=timezone.now())
    system = Recorder()
    with outside.use(system):
        run_waiting()
    call = system.heard[0]
    told = dict(part.split("=") for part in call.headers["Stadtherz-Signature"].split(","))
    secret = unseal(AlertRule.objects.get().webhook_secret)
    expected = hmac.new(secret.encode(), f"{told['t']}.".encode() + (call.body or b""), hashlib.sha256).hexdigest()
    assert told["v1"] == expected
    assert json.loads(call.body or b"")["peak"] == 60
    _values(rule, 40)
    alerts.watch(rule=rule.pk, now=timezone.now())
    with outside.use(system):
        run_waiting()
    began, ended = (json.loads(each.body or b"") for each in system.heard)
    assert (began["event"], began["ended_at"], ended["event"]) == ("began", None, "ended")
    assert (ended["alert"], ended["ended_at"] is not None) == (began["alert"], True)
    assert signature("k", b"{}", 7) == "t=7,v1=" + hmac.new(b"k", b"7.{}", hashlib.sha256).hexdigest()


def test_a_rule_that_is_switched_off_tells_the_end_of_what_lasts(rule: AlertRule) -> None:
    clerk = person(Role.CLERK)
    alerts.change_rule(rule=rule, clerk=clerk, webhook="https://leitstelle.example.org/alarm", mail_to="")
    _values(rule, 60)
    alerts.watch(rule=rule.pk, now=timezone.now())
    alerts.switch(rule=rule, on=False, clerk=clerk)
    alerts.switch(rule=rule, on=False, clerk=clerk)
    system = Recorder()
    with outside.use(system):
        run_waiting()
    assert [json.loads(each.body or b"")["event"] for each in system.heard] == ["began", "ended"]


def test_a_clerk_sets_up_tries_switches_on_takes_over_and_undoes(town: object, client: Client) -> None:
    datastream, clerk = stream(), person(Role.CLERK)
    now = timezone.now().replace(microsecond=0, second=0, minute=0)
    fill(datastream, [(now - timedelta(hours=n), 80.0 if n in {100, 101, 500} else 20.0) for n in range(600)])
    client.force_login(clerk)
    form = {
        "name": "Staub", "datastream": datastream.pk, "kind": "threshold", "bound": "50,0", "release": "45", "minutes": "60",
        "hold": "0", "weekdays": list("0123456"), "from_hour": "0", "to_hour": "24", "mail_to": MAIL, "pause_minutes": "60",
    }  # fmt: skip
    assert client.post("/wissen/messwerte/amt/alarme/neu/", form | {"release": "60"}).status_code == 422
    address = client.post("/wissen/messwerte/amt/alarme/neu/", form).headers["Location"]
    assert client.post("/wissen/messwerte/amt/alarme/neu/", form).status_code == 422, "a button that was pressed twice"
    silent = form | {"name": "Schweigt", "kind": "silence", "bound": "", "release": ""}
    assert client.post("/wissen/messwerte/amt/alarme/neu/", silent | {"minutes": ""}).status_code == 422
    page = client.get(address).content.decode()
    assert page.count('class="sh-chart__mark"') == 2, "twice in the last year, before it was switched on"
    client.post(address, {"do": "on"})
    rule = AlertRule.objects.get()
    _values(rule, 60)
    alerts.watch_all(now=timezone.now())
    alert = Alert.objects.get()
    client.post(address, {"do": "acknowledge", "alert": alert.pk, "note": "Baustelle"})
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.note) == (clerk, "Baustelle")
    client.post(address, {"do": "take-back", "alert": alert.pk})
    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    client.post(address, {"do": "remove"})
    client.post(address, {"do": "restore"})
    assert AlertRule.objects.get().removed_at is None
    actions = AuditEntry.objects.filter(action__startswith="sensing.").values_list("action", flat=True)
    assert {
        "sensing.rule.create",
        "sensing.rule.switch_on",
        "sensing.alert.acknowledge",
        "sensing.rule.restore",
    } <= set(actions)


def test_only_clerks_see_alerts(town: object, client: Client) -> None:
    client.force_login(person())
    assert client.get("/wissen/messwerte/amt/alarme/").status_code == 403


def test_a_rule_that_cannot_look_keeps_no_other_one_from_looking(rule: AlertRule) -> None:
    other = alerts.create_rule(clerk=person(Role.CLERK), name="Zweite", datastream=rule.datastream, bound=50)
    alerts.switch(rule=other, on=True, clerk=person(Role.CLERK))
    AlertRule.objects.filter(pk=rule.pk).update(hold=2_000_000_000)  # further back than the calendar reaches
    _values(rule, 60)
    alerts.watch_all(now=timezone.now())
    assert Alert.objects.get().rule == other


def test_a_hundred_sensors_that_fall_silent_at_once_are_a_handful_of_mails(town: object) -> None:
    """Ten at once, because they may be urgent; the others together, and only once."""
    clerk, now = person(Role.CLERK), timezone.now()
    for n in range(30):
        silent = stream(name=f"Messfeld {n}", place=None)
        fill(silent, [(now - timedelta(hours=3), 1.0)])
        made = alerts.create_rule(
            clerk=clerk, name=f"Still {n}", datastream=silent, kind="silence", minutes=60, mail_to=MAIL
        )
        alerts.switch(rule=made, on=True, clerk=clerk)
    alerts.watch_all(now=now)
    waiting = Message.objects.filter(address=MAIL, next_try__gt=timezone.now())
    assert (_mails(), waiting.count(), gather_mails()) == (30, 20, 0)
    waiting.update(next_try=timezone.now() + timedelta(seconds=30))
    assert [gather_mails() for _again in range(3)] == [1, 0, 0]
    gathered = Message.objects.get(template="notices/gathered")
    assert (gathered.address, gathered.subject, gathered.text.count("Alarm: Still")) == (
        MAIL,
        "20 weitere Nachrichten",
        20,
    )
    assert "/wissen/messwerte/amt/alarme/" in gathered.text
    run_waiting()
    states = Counter(Message.objects.filter(address=MAIL).values_list("state", flat=True))
    assert states == {"kept": 11, "summarised": 20}


def test_a_mail_tells_all_digits_of_the_bound_and_those_of_a_value_that_mean_something(rule: AlertRule) -> None:
    alerts.change_rule(rule=rule, clerk=person(Role.CLERK), bound=0.125, release=0.1)
    _values(rule, 12.8)
    alerts.watch(rule=rule.pk, now=timezone.now())
    told = Message.objects.get().text
    assert "über 0,125 µg/m³" in told
    assert "Äußerster Wert: 12,8 µg/m³" in told
