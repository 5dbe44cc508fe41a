# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The interface's behaviour that no operation has to care about: errors, keys, limits, paging, other sites' pages."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pydantic_core._pydantic_core import list_all_errors

from stadtherz.kernel.api import door
from stadtherz.kernel.api.actions import issue_key, revoke_key
from stadtherz.kernel.api.demo import demo_key
from stadtherz.kernel.api.errors import Problem
from stadtherz.kernel.api.keys import DEMO_KEY, hashed, key_of
from stadtherz.kernel.api.limits import take, visitor
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.api.root import access, document, interface, operations
from stadtherz.kernel.api.web.keys import KeyForm
from stadtherz.kernel.api.wrong_values import SENTENCES, in_words
from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

SAMPLE = pytest.mark.urls("stadtherz.kernel.api.tests.sample_interface")


def _problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = json.loads(answer.content)
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["type"].startswith("/api/#")
    return document


@pytest.fixture
def asked(town: Municipality, client: Client) -> Client:
    client.raise_request_exception = False
    return client


@SAMPLE
@pytest.mark.parametrize(("method", "path", "status"), [
    ("get", "/api/nothing", 404),
    ("get", "/api/v1/sample/keys/999", 404),
    ("post", "/api/v1/sample/keys", 405),
    ("get", "/api/v1/sample/keys/x", 422),
    ("get", "/api/v1/sample/keys?limit=0", 422),
    ("get", "/api/v1/sample/keys?limit=201", 422),
    ("get", "/api/v1/sample/keys?cursor=%00", 422),
    ("get", "/api/v1/sample/keys?cursor=WzEsMiwzXQ", 422),
    ("get", "/api/v1/sample/keys?cursor=WyJ4IiwieSJd", 422),
    ("get", "/api/v1/sample/keys?cursor=bnVsbA", 422),
    ("post", "/api/v1/sample/wishes", 401),
    ("post", "/api/v1/sample/staff", 401),
    ("get", "/api/v1/sample/broken", 500),
])  # fmt: skip
def test_every_error_is_a_problem(asked: Client, method: str, path: str, status: int) -> None:
    found = _problem(getattr(asked, method)(path), status)
    assert "geheim" not in json.dumps(found)


@SAMPLE
def test_wrong_fields_are_pointed_at(asked: Client) -> None:
    _key, secret = issue_key(label="Testprogramm", scopes=["sample.write"], by=None)
    answer = asked.post(
        "/api/v1/sample/wishes",
        {"title": 5, "amount": "viel"},
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    found = _problem(answer, 422)
    assert [error["pointer"] for error in found["errors"]] == ["#/title", "#/amount"]
    wrong = asked.get("/api/v1/sample/keys?limit=x")
    assert _problem(wrong, 422)["errors"][0]["parameter"] == "limit"


@SAMPLE
@pytest.mark.parametrize(("language", "path", "words"), [
    ("de", "/api/v1/sample/keys?limit=x", "Hier muss eine ganze Zahl stehen."),
    ("de", "/api/v1/sample/keys?limit=201", "Das darf höchstens 200 sein."),
    ("en", "/api/v1/sample/keys?limit=201", "This must be at most 200."),
    ("de", f"/api/v1/sample/keys?cursor={'x' * 501}", "Höchstens 500 Zeichen."),
])  # fmt: skip
def test_what_is_wrong_is_said_in_the_language_asked_for(asked: Client, language: str, path: str, words: str) -> None:
    found = _problem(asked.get(path, headers={"Accept-Language": language}), 422)
    assert [error["detail"] for error in found["errors"]] == [words]


def test_each_kind_of_wrong_value_has_a_sentence_that_pydantic_can_fill() -> None:
    kinds = {kind["type"]: kind for kind in list_all_errors()}
    assert [kind for kind in SENTENCES if kind not in kinds] == []
    for kind in kinds.values():
        assert in_words({"type": kind["type"], "ctx": kind.get("example_context"), "msg": "as it is"})


@SAMPLE
@pytest.mark.parametrize("body", ["{", "[1]", "", "\0"])
def test_a_body_that_is_no_document_is_refused(asked: Client, body: str) -> None:
    _key, secret = issue_key(label="Testprogramm", scopes=["sample.write"], by=None)
    answer = asked.post(
        "/api/v1/sample/wishes", body, "application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


@SAMPLE
def test_a_large_body_is_refused(asked: Client) -> None:
    _key, secret = issue_key(label="Testprogramm", scopes=["sample.write"], by=None)
    body = json.dumps({"title": "x" * 3_200_000, "amount": 1})
    _problem(
        asked.post("/api/v1/sample/wishes", body, "application/json", headers={"Authorization": f"Bearer {secret}"}),
        413,
    )


@SAMPLE
def test_a_key_opens_what_it_was_issued_for(asked: Client, town: Municipality, kusel: Municipality) -> None:
    key, secret = issue_key(label="Testprogramm", scopes=["sample.write"], by=None)
    _other, without = issue_key(label="Anderes", by=None)
    with activate(kusel):
        _neighbour, foreign = issue_key(label="Nachbar", scopes=["sample.write"], by=None)

    def ask(secret: str) -> Any:
        return asked.post(
            "/api/v1/sample/wishes", {"title": "a", "amount": 1}, "application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip

    assert ask(secret).json() == {"title": "a"}
    _problem(ask(without), 403)
    assert _problem(ask(foreign), 401)["detail"]
    assert _problem(ask("sh_wrong"), 401)
    assert ask(foreign).headers["WWW-Authenticate"].startswith("Bearer")
    key.refresh_from_db()
    assert key.last_used_at is not None
    revoke_key(key=key, by=None)
    _problem(ask(secret), 401)


@SAMPLE
def test_only_the_hash_of_a_key_is_kept(town: Municipality) -> None:
    admin = person(Role.ADMIN)
    key, secret = issue_key(label="Testprogramm", by=admin)
    stored = ApiKey.objects.filter(pk=key.pk).values().get()
    assert secret not in json.dumps(stored, default=str)
    assert stored["secret_hash"] == hashed(secret)
    assert len(secret) == 43
    revoke_key(key=key, by=admin)
    revoke_key(key=key, by=admin)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "api.issue_key",
        "api.revoke_key",
    ]


@SAMPLE
def test_staff_operations_need_role_and_token(asked: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.raise_request_exception = False
    admin, clerk = person(Role.ADMIN), person(Role.CLERK)
    asked.force_login(clerk)
    _problem(asked.post("/api/v1/sample/staff"), 403)
    asked.force_login(admin)
    assert asked.post("/api/v1/sample/staff").status_code == 200
    strict.force_login(admin)
    _problem(strict.post("/api/v1/sample/staff"), 403)


@SAMPLE
def test_too_many_requests_are_told_when_to_come_back(asked: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WITHOUT_KEY", 3)
    answers = [asked.get("/api/v1/sample/keys") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers.get("RateLimit-Remaining") for answer in answers[:3]] == ["2", "1", "0"]
    _problem(answers[3], 429)
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert asked.get("/api/v1/sample/keys", REMOTE_ADDR="192.0.2.7").status_code == 200


@SAMPLE
def test_pages_stay_whole_while_rows_are_added(asked: Client) -> None:
    moment = timezone.now() - timedelta(days=1)
    for number in range(7):  # two share each moment
        key, _secret = issue_key(label=f"Programm {number}", by=None)
        ApiKey.objects.filter(pk=key.pk).update(issued_at=moment + timedelta(seconds=number // 2))
    seen, address = [], "/api/v1/sample/keys?limit=2"
    while address:
        answer = asked.get(address).json()
        seen += [item["label"] for item in answer["items"]]
        issue_key(label=f"später {len(seen)}", by=None)
        assert len(seen) < 20
        address = answer["next"]
    assert seen == [f"Programm {number}" for number in (6, 5, 4, 3, 2, 1, 0)]


@SAMPLE
def test_a_page_costs_the_same_for_5_and_for_200_rows(asked: Client, django_assert_max_num_queries: Any) -> None:
    for count in (5, 200):
        for number in range(count):
            issue_key(label=f"Programm {number}", by=None)
        asked.get("/api/v1/sample/keys?limit=200")
        with django_assert_max_num_queries(7):  # transaction and municipality, limit, page
            assert len(asked.get("/api/v1/sample/keys?limit=200").json()["items"]) >= count


@SAMPLE
def test_head_and_other_sites(asked: Client) -> None:
    head = asked.head("/api/v1/sample/keys", headers={"Origin": "https://example.org"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in head.headers
    asks_before = asked.options("/api/v1/sample/keys", headers={"Origin": "https://example.org"})
    assert (asks_before.status_code, asks_before.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert asks_before.headers["Allow"] == asked.put("/api/v1/sample/keys").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert asked.options("/api/v1/sample/wishes").headers["Allow"] == "POST, OPTIONS"
    written = asked.post("/api/v1/sample/wishes", headers={"Origin": "https://example.org"})
    assert "Access-Control-Allow-Origin" not in written.headers


def test_taking_from_a_limit(db: None) -> None:
    assert [take("a", limit=2, per_seconds=3600).allowed for _ in range(3)] == [True, True, False]
    assert take("b", limit=2, per_seconds=3600).remaining == 1
    refused = take("a", limit=2, per_seconds=3600)
    assert 1790 <= refused.retry_after <= 1800
    with connection.cursor() as cursor:  # as if half an hour had passed
        cursor.execute("UPDATE api_limit SET full_at = full_at - interval '1801 seconds'")
    assert take("a", limit=2, per_seconds=3600).allowed
    assert not take("a", limit=2, per_seconds=3600).allowed


def test_the_limits_keep_no_address(db: None) -> None:
    take("api:ip:192.0.2.77", limit=2, per_seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM api_limit")
        assert "192.0.2.77" not in cursor.fetchone()[0]
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'api_limit'")
        assert cursor.fetchone()[0] in {"u", b"u"}


def test_a_proxy_is_believed_only_by_option(rf: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4, 192.0.2.9"})
    assert visitor(request) == "10.0.0.1"
    monkeypatch.setitem(settings.OPTION, "trusted_proxy", True)
    assert visitor(request) == "192.0.2.9"
    assert visitor(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_a_new_address_of_the_same_network_passes_by_no_limit(rf: Any) -> None:
    seen = [
        visitor(rf.get("/", REMOTE_ADDR=it)) for it in ("2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", "2001:db8:1:3::1")
    ]
    assert seen == ["2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64"]
    assert visitor(rf.get("/", REMOTE_ADDR="::ffff:192.0.2.9")) == "192.0.2.9"


def test_every_operation_says_who_may_call_it() -> None:
    assert [address for address, operation in operations(interface()) if access(operation) is None] == []


def test_the_description_is_openapi_and_readable(asked: Client) -> None:
    described = document()
    assert described["openapi"].startswith("3.1")
    assert asked.get("/api/openapi.json").json() == json.loads(json.dumps(described))
    _problem(Client(enforce_csrf_checks=True).post("/api/openapi.json"), 405)
    assert asked.get("/api/").status_code == 200


def test_the_committed_description_is_up_to_date() -> None:
    call_command("openapi", "--check")


def test_an_outdated_description_is_told_apart(tmp_path: Any) -> None:
    file = tmp_path / "openapi.json"
    file.write_text("{}\n")
    with pytest.raises(CommandError, match="not up to date"):
        call_command("openapi", "--check", file=file)
    call_command("openapi", file=file)
    call_command("openapi", "--check", file=file)


def test_an_administrator_issues_and_revokes_a_key(asked: Client, kusel: Municipality) -> None:
    with activate(kusel):
        foreign, _secret = issue_key(label="Nachbar", by=None)
    asked.force_login(person(Role.ADMIN))
    assert "Nachbar" not in asked.get("/staff/keys/").content.decode()
    assert asked.post("/staff/keys/issue/", {"label": ""}).status_code == 422
    shown = asked.post("/staff/keys/issue/", {"label": "Amtliche Wetterseite"})
    key = ApiKey.objects.get()
    secret = shown.content.decode().partition("Bearer ")[2].partition("<")[0]
    assert hashed(secret) == key.secret_hash
    assert "no-store" in shown.headers["Cache-Control"]
    listed = asked.get("/staff/keys/").content.decode()
    assert key.prefix in listed
    assert secret not in listed
    assert asked.post(f"/staff/keys/{foreign.pk}/revoke/").status_code == 404
    assert asked.post(f"/staff/keys/{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_key_is_issued_at_the_server(town: Municipality) -> None:
    said = StringIO()
    call_command("api_key", "Messprogramm", "--scope", "sensing.write", stdout=said)
    assert ApiKey.objects.get(secret_hash=hashed(said.getvalue().strip())).scopes == ["sensing.write"]
    for wrong in (["x", "--scope", "sensing.everything"], ["x", "--municipality", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("api_key", *wrong)


def test_the_demonstrations_key_is_public_and_ends_in_production(
    town: Municipality, kusel: Municipality, rf: Any, settings: Any
) -> None:
    Municipality.objects.filter(pk=town.pk).update(is_default=True)
    town.refresh_from_db()
    assert DEMO_KEY in demo_key(town)[0]
    demo_key(town)
    assert ApiKey.objects.count() == 1
    with activate(kusel):
        assert demo_key(kusel) == []
    request = rf.get("/", headers={"Authorization": f"Bearer {DEMO_KEY}"})
    found = key_of(request)
    assert found is not None
    assert {"sensing.read", "sensing.write"} <= {*found.scopes}
    offered: Any = KeyForm().fields["scopes"]
    assert [name for name, words in offered.choices if name in words] == found.scopes
    settings.PRODUCTION = True
    with pytest.raises(Problem):
        key_of(request)
