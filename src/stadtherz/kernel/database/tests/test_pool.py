# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A server that goes away and comes back, as the pool and the pages see it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from psycopg_pool import PoolTimeout

from stadtherz.kernel.database import base
from stadtherz.kernel.database.away import is_away
from stadtherz.kernel.database.base import Pool, is_alive
from stadtherz.kernel.ui.web.errors import server_error


@pytest.fixture
def pool(db: None) -> Iterator[Pool]:
    parameters = connection.get_connection_params()
    made = Pool(kwargs={**parameters, "autocommit": True}, open=True, min_size=1, max_size=3, timeout=5.0)
    made.wait()
    yield made
    made.close(timeout=0)


def _end(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])


def test_no_connection_is_handed_out_whose_server_has_gone(pool: Pool) -> None:
    held = [pool.getconn(), pool.getconn()]
    ended = [one.info.backend_pid for one in held]
    for one in held:
        assert is_alive(one)
        pool.putconn(one)
    for number in ended:
        _end(number)
    with pool.connection() as one:
        assert one.execute("SELECT 1").fetchone() == (1,)
        assert one.info.backend_pid not in ended


def test_a_notice_ends_no_connection(pool: Pool) -> None:
    with pool.connection() as one:
        one.execute("LISTEN there")
        one.execute("NOTIFY there")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert is_alive(one)


def test_while_the_server_is_away_one_asks_and_the_others_hear_it_at_once(
    pool: Pool,
) -> None:
    with pool.connection() as one:
        there, pool.kwargs = pool.kwargs, {"host": "/nowhere"}
        one.close()
    pool.timeout = pool.reconnect_timeout = 0.05
    with pytest.raises(PoolTimeout):
        pool.getconn()
    asked = pool.get_stats()["requests_num"]
    with pytest.raises(PoolTimeout, match="a moment ago"):
        pool.getconn()
    assert pool.get_stats()["requests_num"] == asked  # nobody waited
    pool.kwargs, pool.timeout = there, 5.0
    pool._refusing_until = time.monotonic() - 1
    with pool.connection() as one:
        assert one.execute("SELECT 1").fetchone() == (1,)
    assert pool._refusing_until == 0.0


def test_who_waits_in_vain_while_others_are_served_refuses_nobody(pool: Pool) -> None:
    held = [pool.getconn() for _one in range(3)]
    pool._handed_out = time.monotonic() + 60  # somebody else, meanwhile
    with pytest.raises(PoolTimeout):
        pool.getconn(0.01)
    pool.putconn(held.pop())
    held.append(pool.getconn())
    for one in held:
        pool.putconn(one)


def _failed(statement: str) -> Exception:
    with psycopg.connect(**connection.get_connection_params()) as other, pytest.raises(psycopg.Error) as caught:
        other.execute(statement)
    return caught.value


@pytest.mark.parametrize(("statement", "passes"), [
    ("SET statement_timeout = 1; SELECT pg_sleep(5)", True),
    ("SELECT pg_terminate_backend(pg_backend_pid())", True),
    ("SELECT 1 / 0", False),
    ("SELECT nothing", False),
    ("DO 'BEGIN RAISE disk_full; END'", True),
    ("DO 'BEGIN RAISE too_many_connections; END'", True),
    ("DO 'BEGIN RAISE unique_violation; END'", False),
])  # fmt: skip
def test_what_passes_is_told_from_what_does_not(db: None, statement: str, passes: bool) -> None:
    error = DatabaseError("as Django wraps it")
    error.__cause__ = _failed(statement)
    assert is_away(error) is passes


def _answered(method: str, path: str, language: str, cause: Exception) -> HttpResponse:
    request: Any = getattr(RequestFactory(), method)(path, HTTP_ACCEPT_LANGUAGE=language)
    try:
        raise OperationalError from cause
    except OperationalError:
        return server_error(request)


@pytest.mark.parametrize(("method", "language", "words"), [
    ("post", "de", "nicht gespeichert"), ("get", "en", "We are working"), ("post", "en", "was not saved"),
])  # fmt: skip
def test_a_page_says_in_the_visitors_language_that_it_passes(method: str, language: str, words: str) -> None:
    answer = _answered(method, "/mitreden/", language, PoolTimeout())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Content-Language"] == language
    assert words in answer.content.decode()
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("language", "words"), [("de", "Die Datenbank"), ("en", "The database")])
def test_programs_hear_it_as_a_problem(language: str, words: str) -> None:
    answer = _answered("get", "/api/v1/participation/ideas", language, psycopg.errors.AdminShutdown())
    told = json.loads(answer.content)
    assert (answer.status_code, told["status"], answer.headers["Content-Type"]) == (
        503,
        503,
        "application/problem+json",
    )
    assert told["detail"].startswith(words)


@pytest.mark.parametrize(("path", "words"), [
    ("/api/v1/participation/ideas", "Speicherplatz der Datenbank ist voll"), ("/api/sta/v1.1/Things", "Speicherplatz der Datenbank ist voll"),
    ("/mitreden/", "keinen Speicherplatz mehr"),
])  # fmt: skip
def test_a_full_disk_is_told_in_words_and_in_the_log(path: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = _answered("post", path, "de", psycopg.errors.DiskFull("could not extend file: No space left on device"))
    assert (answer.status_code, words in answer.content.decode()) == (503, True)
    assert "the disk of the database is full: " in caplog.text
    if path.startswith("/api/"):
        assert answer.headers["Retry-After"] == "60"
        assert (json.loads(answer.content)["type"] == "error") is ("/sta/" in path), (
            "as each interface tells its errors"
        )


def test_a_mistake_of_ours_stays_one_also_below_the_interface() -> None:
    answer = _answered("get", "/api/nothing", "de", psycopg.errors.UndefinedTable())
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")


def test_words_remain_where_not_even_the_style_sheets_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_asked: object, **_given: object) -> str:
        raise ValueError("the file could not be found")

    monkeypatch.setattr("django.template.backends.django.Template.render", nothing)
    answer = _answered("get", "/mitreden/", "de", PoolTimeout())
    assert (answer.status_code, b"503" in answer.content) == (503, True)


def test_the_engine_makes_our_pool(db: None) -> None:
    wrapper = base.DatabaseWrapper(
        {**connection.settings_dict, "OPTIONS": {"pool": {"min_size": 1, "max_size": 3}}}, "pooled"
    )
    try:
        assert isinstance(wrapper.pool, Pool)
        assert wrapper.pool is wrapper.pool
    finally:
        wrapper.close_pool()
