# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queue: in the same transaction, in its municipality, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.jobs import enqueue, job, run_waiting
from stadtherz.kernel.jobs.modules import load_jobs
from stadtherz.kernel.jobs.queue import BackOff, JobNotAllowed, QueuedJob, _queue_for_each_municipality, _run
from stadtherz.kernel.jobs.tests.sample_jobs import fail, regular, write
from stadtherz.kernel.municipalities.active import NoActiveMunicipality, activate
from stadtherz.kernel.municipalities.models import Municipality


def _waiting() -> list[tuple[str, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text, id FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(name, args) for name, args, _ in cursor.fetchall()]


def test_a_job_runs_in_the_municipality_that_queued_it(town: Municipality, kusel: Municipality) -> None:
    enqueue(write, number=1)
    with activate(kusel):
        enqueue(write, number=2)
    assert run_waiting() == ["sample.write", "sample.write"]
    assert list(AuditEntry.objects.values_list("subject", flat=True)) == ["sample:1"]
    with activate(kusel):
        assert list(AuditEntry.objects.values_list("subject", flat=True)) == ["sample:2"]
    assert _waiting() == []


def test_what_was_undone_was_never_queued(town: Municipality) -> None:
    with transaction.atomic():
        enqueue(write, number=1)
        transaction.set_rollback(True)
    assert run_waiting() == []


def test_without_a_municipality_nothing_is_queued(db: None) -> None:
    with pytest.raises(NoActiveMunicipality):
        enqueue(write, number=1)


def test_once_means_one_waits(town: Municipality) -> None:
    assert enqueue(write, once="a", number=1)
    assert not enqueue(write, once="a", number=1)
    assert enqueue(write, once="b", number=2)
    assert len(run_waiting()) == 2
    assert enqueue(write, once="a", number=1)


def test_a_later_job_waits(town: Municipality) -> None:
    enqueue(write, run_at=timezone.now() + timedelta(hours=1), number=1)
    assert run_waiting() == []
    assert len(_waiting()) == 1


@pytest.mark.parametrize("arguments", [{"number": 1.5}, {"number": [1]}, {"number": "x" * 201}])
def test_arguments_are_numbers_and_short_keys(town: Municipality, arguments: dict[str, object]) -> None:
    with pytest.raises(JobNotAllowed):
        enqueue(write, **arguments)


def test_a_missing_argument_is_seen_when_queueing(town: Municipality) -> None:
    with pytest.raises(TypeError, match="number"):
        enqueue(write)


def test_positional_arguments_and_double_names_are_refused() -> None:
    with pytest.raises(JobNotAllowed):
        job("sample.wrong")(lambda number: None)
    with pytest.raises(JobNotAllowed):
        job("sample.write")(lambda: None)


def test_a_job_marked_as_done_does_nothing_when_taken_over(town: Municipality) -> None:
    enqueue(write, number=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' RETURNING id")
        number = cursor.fetchone()[0]
    kwargs = {"municipality": town.pk, "arguments": {"number": 1}}
    _run(write, number, kwargs)
    _run(write, number, kwargs)  # the worker was killed after the commit: the next one runs the job again
    assert AuditEntry.objects.count() == 1


def test_a_failure_leaves_its_place_but_no_message(town: Municipality, capsys: pytest.CaptureFixture[str]) -> None:
    enqueue(fail, number=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' RETURNING id")
        number = cursor.fetchone()[0]
    with pytest.raises(ValueError, match="geheim"):
        _run(fail, number, {"municipality": town.pk, "arguments": {"number": 1}})
    assert AuditEntry.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 2")
    call_command("jobs")
    listed = capsys.readouterr().out
    assert f'{number} sample.fail {{"number": 1}} in kaiserslautern, 2 attempts' in listed
    assert "ValueError in fail, kernel/jobs/tests/sample_jobs.py:" in listed
    assert "geheim" not in listed
    call_command("jobs", "--retry", str(number))
    assert [name for name, _ in _waiting()] == ["sample.fail"]


def test_the_wait_grows_and_ends() -> None:
    waits = []
    for attempts in range(7):
        queued = QueuedJob(queue="default", lock=None, queueing_lock=None, task_name="sample.fail", attempts=attempts)
        decision = BackOff(8).get_retry_decision(exception=ValueError(), job=queued)
        assert decision is not None
        assert decision.retry_at is not None
        waits.append((decision.retry_at - timezone.now()).total_seconds())
    assert all(
        lowest - 2 < wait <= lowest * 1.1
        for wait, lowest in zip(waits, [10, 30, 90, 270, 810, 2430, 3600], strict=True)
    )
    last = QueuedJob(queue="default", lock=None, queueing_lock=None, task_name="sample.fail", attempts=7)
    assert BackOff(8).get_retry_decision(exception=ValueError(), job=last) is None


def test_a_periodic_job_is_queued_once_per_municipality(town: Municipality, kusel: Municipality) -> None:
    _queue_for_each_municipality(regular)
    _queue_for_each_municipality(regular)  # the first ones still wait
    assert run_waiting() == ["sample.regular"] * 2
    assert AuditEntry.objects.count() == 1
    with activate(kusel):
        assert AuditEntry.objects.count() == 1


def test_queueing_costs_one_query(town: Municipality, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        enqueue(write, number=1)


def test_every_module_with_jobs_can_be_loaded() -> None:
    assert "stadtherz.kernel.jobs.tidying" in load_jobs()
