# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alerts for clerks: what waits, the rules, and the page of a rule with its trial on the last year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.kernel.ui.charts import Limit
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile
from stadtherz.services.sensing.actions import alerts as verbs
from stadtherz.services.sensing.engine.watching import Kind
from stadtherz.services.sensing.ingest.sealing import Unsealable, unseal
from stadtherz.services.sensing.models import Alert, AlertRule
from stadtherz.services.sensing.queries.figures import is_counted, title_of
from stadtherz.services.sensing.queries.spans import Span
from stadtherz.services.sensing.queries.watching import alerts_of, newest_waiting, rules, trial
from stadtherz.services.sensing.reasons import Reason
from stadtherz.services.sensing.web.alert_form import AlertForm
from stadtherz.services.sensing.web.alert_trial import basis, marks, result, rows
from stadtherz.services.sensing.web.alert_words import bound_words, facts
from stadtherz.services.sensing.web.charting import chart_of, decimals_of
from stadtherz.services.sensing.web.past_alerts import symbol_of_alert
from stadtherz.services.sensing.web.sensor import zone_of_town
from stadtherz.services.sensing.web.source_words import source_line
from stadtherz.services.sensing.web.words import ago, with_unit

MOST, MOST_OF_RULE = 200, 20
LATE = timedelta(hours=1)  # that an alert lasts and nobody took it over


def _rule(number: int) -> AlertRule:
    found = AlertRule.objects.select_related("datastream__thing", "datastream__sensor").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _item(alert: Alert, count: int, now: datetime) -> dict[str, Any]:
    rule = alert.rule
    lasts = _("lasts") if alert.ended_at is None else _("is over")
    more = [ngettext("%(n)d more waits", "%(n)d more wait", count - 1) % {"n": count - 1}] if count > 1 else []
    return {
        "title": rule.name, "url": reverse("sensing:alert_rule", args=[rule.pk]),
        "meta": [rule.datastream.thing.name, title_of(rule.datastream), bound_words(rule), lasts, *more], "age": ago(alert.began_at, now),
        "late": alert.ended_at is None and now - alert.began_at > LATE, "id": alert.pk,
    }  # fmt: skip


@require("sensing.manage")
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for somebody on top, then all rules."""
    now = timezone.now()
    known = [
        {
            "url": reverse("sensing:alert_rule", args=[rule.pk]), "name": rule.name, "words": bound_words(rule),
            "station": rule.datastream.thing.name, "what": title_of(rule.datastream), "is_on": rule.is_on,
            "call_fails": rule.call_fails,
        }
        for rule in rules()[:MOST]
    ]  # fmt: skip
    items = [_item(alert, count, now) for alert, count in newest_waiting(MOST)]
    return render(request, "sensing/alerts/overview.html", {"items": items, "rules": known})


@require("sensing.manage", keep_form=True)
def write(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Set up a rule, or change it."""
    rule = _rule(number) if number else None
    initial = {} if rule else {"datastream": whole_number(request.GET.get("sensor"), digits=9)}
    form = AlertForm(request.POST or None, instance=rule, initial=initial)
    if rule is not None and rule.removed_at is not None:
        messages.error(request, _("This rule was removed meanwhile. Take it back first."))
        return redirect("sensing:alert_rule", rule.pk)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.pop("seen", "")
        if rule is None:
            rule = verbs.create_rule(clerk=signed_in_person(request), **form.cleaned_data)
            messages.success(request, _("Saved. The rule is still switched off: look below what it would have done."))
        else:
            try:
                verbs.change_rule(rule=rule, clerk=signed_in_person(request), seen=seen, **form.cleaned_data)
            except ChangedMeanwhile:  # in this very moment
                return write(request, number)
            messages.success(request, _("Saved."))
        return redirect("sensing:alert_rule", rule.pk)
    return render(request, "sensing/alerts/form.html", {"form": form, "rule": rule}, status=422 if form.errors else 200)


@require("sensing.manage")
def rule_page(request: HttpRequest, number: int) -> HttpResponse:
    """One rule: what it would have done in the last year, its alerts, and what one can do."""
    rule = _rule(number)
    if request.method == "POST":
        return _act(request, rule)
    now, zone, stream = timezone.now(), zone_of_town(), rule.datastream
    tried = trial(rule, now)
    is_beside = rule.kind == Kind.THRESHOLD and not is_counted(
        stream
    )  # a sum of a day is nothing that the bound of a value is for
    shown = Span((tried.first or tried.since).astimezone(zone).date(), tried.until.astimezone(zone).date(), zone)
    chart, _main = chart_of(
        stream, shown, now, key="trial", title=f"{title_of(stream)}, {stream.thing.name}", source=source_line(stream),
        marks=marks(tried), extra=(Limit(rule.bound, _("bound of this rule")),) if is_beside else (),
    )  # fmt: skip
    try:
        secret = unseal(rule.webhook_secret) if rule.webhook else ""
    except Unsealable:
        secret = ""
    failed = Reason.read(rule.call_reason) if rule.call_fails else None
    decimals, found = decimals_of(stream), rows(rule, tried, zone)
    newest, waiting = alerts_of(rule, MOST_OF_RULE)
    return render(request, "sensing/alerts/rule.html", {
        "rule": rule, "what": title_of(stream), "words": bound_words(rule), "facts": facts(rule), "chart": chart, "secret": secret, "failed": failed,
        "result": result(rule, tried), "basis": basis(rule, tried, now), "trial": found, "left_out": len(tried.episodes) - len(found),
        "is_counted": is_counted(stream), "has_peaks": any(each["peak"] for each in found),
        "waiting": waiting, "alerts": [
            (alert, with_unit(alert.peak, decimals, symbol_of_alert(alert, stream)), together) for alert, together in newest
        ],
    })  # fmt: skip


def _act(request: HttpRequest, rule: AlertRule) -> HttpResponse:
    """What one can do with a rule; each can be undone."""
    does, clerk = request.POST.get("do", ""), signed_in_person(request)
    alert = Alert.objects.filter(rule=rule, pk=whole_number(request.POST.get("alert")) or 0).first()
    if rule.removed_at is not None and does in {"on", "off", "try"}:  # from a page that stood open meanwhile
        messages.error(request, _("This rule was removed meanwhile. Take it back first."))
    elif does in {"on", "off"}:
        verbs.switch(rule=rule, on=does == "on", clerk=clerk)
        messages.success(request, _("The rule is switched on.") if does == "on" else _("The rule is switched off."))
    elif does == "remove":
        verbs.remove_rule(rule=rule, clerk=clerk)
        messages.success(request, _("The rule was removed. You can take it back on this page."))
    elif does == "restore":
        verbs.restore_rule(rule=rule, clerk=clerk)
        messages.success(request, _("The rule is back, switched off."))
    elif does == "try" and (rule.mail_to or rule.webhook):
        verbs.try_messages(rule=rule, clerk=clerk)
        call = _("The messages are on their way. In a moment you see on this page how the call went.")
        messages.success(request, call if rule.webhook else _("The mails are on their way."))
    elif does == "acknowledge" and alert:
        verbs.acknowledge(alert=alert, clerk=clerk, note=request.POST.get("note", ""))
        messages.success(request, _("You have taken over the alert."))
    elif does == "acknowledge-all":
        count = verbs.acknowledge_all(rule=rule, clerk=clerk, note=request.POST.get("note", ""))
        told = ngettext("You have taken over %(n)d alert.", "You have taken over %(n)d alerts.", count)
        messages.success(request, told % {"n": count})
    elif does == "take-back" and alert:
        count = verbs.take_back_acknowledgement(alert=alert, clerk=clerk)
        several = _("%(n)d alerts wait again.") % {"n": count}
        messages.success(request, several if count > 1 else _("The alert waits again."))
    return redirect("sensing:alert_rule", rule.pk)
