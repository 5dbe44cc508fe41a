# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the sample proxies answer themselves: words in both languages, and problem documents, the same from either."""

import json
import re
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
OWN = {"413", "503", "504"}  # 502 becomes 503: to the visitor, the platform is away for a moment


def pages(name: str) -> dict[str, str]:
    """Status and words of each page, without the head."""
    text = (DEPLOY / name).read_text("utf-8")
    by_nginx = [(status, page) for status, page in re.findall(r'return (\d+) "[^"]*?(<title>[^"]*)"', text)]
    by_caddy = [(status, page) for page, status in re.findall(r"`[^`]*?(<title>[^`]*)` (\d+)", text)]
    return dict(by_nginx + by_caddy)


def problems(name: str) -> dict[str, dict[str, object]]:
    text = (DEPLOY / name).read_text("utf-8")
    by_nginx = [(status, found) for status, found in re.findall(r"return (\d+) '([^']*)'", text)]
    by_caddy = [(status, found) for found, status in re.findall(r"`(\{[^`]*)` (\d+)", text)]
    return {status: json.loads(found) for status, found in by_nginx + by_caddy}


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_every_answer_of_a_proxy_is_in_words(name: str) -> None:
    found = pages(name)
    assert found.keys() >= OWN
    for status, page in found.items():
        assert re.search(r"<h1>[^<]+</h1><p>[^<]+<p lang=en>[^<]+", page), status
    documents = problems(name)
    assert documents.keys() == OWN
    for status, document in documents.items():
        assert document.keys() == {"type", "title", "status", "detail"}
        assert document["status"] == int(status)


def test_both_proxies_say_the_same() -> None:
    nginx, caddy = pages("nginx.conf"), pages("Caddyfile")
    assert {status: nginx[status] for status in OWN} == {status: caddy[status] for status in OWN}
    assert problems("nginx.conf") == problems("Caddyfile")


def test_no_log_of_a_proxy_holds_where_somebody_goes() -> None:
    """What stands behind the question mark of an address, and in the Referer: start, goal and what somebody can manage. Messages of
    nginx below "crit" hold the whole request; Caddy writes no log of requests unless it is told to."""
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    (form,) = re.findall(r"log_format (\w+) '([^']*)'", nginx)
    assert not re.search(r"\$(request\b|request_uri|args|query_string|arg_|http_|is_args)", form[1])
    servers = nginx.count("\nserver {")
    assert len(re.findall(rf"^ +access_log (?:off|\S+ {form[0]});", nginx, re.MULTILINE)) == servers
    assert re.findall(r"^ +error_log \S+ (\w+);", nginx, re.MULTILINE) == ["crit"]
    assert not re.search(r"^\s*log\b", (DEPLOY / "Caddyfile").read_text("utf-8"), re.MULTILINE)
