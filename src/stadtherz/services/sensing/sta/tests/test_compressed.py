# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies that come compressed: gzip is read, a bomb does not go off, and other codings are refused by name."""

from __future__ import annotations

import gzip
import json

from django.conf import settings

from stadtherz.services.sensing.sta.tests.conftest import thing


def test_gzip_is_read_wherever_a_body_is(sta):
    made = sta.send("POST", "Things", gzip.compress(json.dumps(thing("Ü")).encode()), content_encoding="gzip")
    assert made.status_code == 201
    number = made.json()["@iot.id"]
    patch = gzip.compress(b'{"description": "x"}')
    assert sta.send("PATCH", f"Things({number})", patch, content_encoding="X-GZIP").status_code == 200
    batch = gzip.compress(b'{"requests": [{"id": "1", "method": "patch", "url": "Things", "body": {}}]}')
    assert sta.send("POST", "$batch", batch, content_encoding="gzip").json()["responses"][0]["status"] == 405
    asked = gzip.compress(b"$select=name,description")
    found = sta.send("POST", "Things/$query", asked, content_type="text/plain", content_encoding="gzip").json()
    assert found["value"] == [{"name": "Ü", "description": "x"}]
    assert sta.send("POST", "Things", thing(), content_encoding="identity").status_code == 201


def test_what_unpacks_without_end_is_refused(sta):
    bomb = gzip.compress(b'{"name": "' + b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert len(bomb) < 10_000
    assert sta.send("POST", "Things", bomb, content_encoding="gzip").status_code == 413
    assert sta.get("Things")["value"] == []


def test_other_codings_and_broken_bodies_are_refused(sta):
    for coding in ("br", "deflate", "gzip, gzip", "zstd"):
        answer = sta.send("POST", "Things", thing(), content_encoding=coding)
        assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "gzip"), coding
    whole = gzip.compress(json.dumps(thing()).encode())
    for broken in (b"{}", b"", whole[:-3], whole[:20], whole + whole):
        assert sta.send("POST", "Things", broken, content_encoding="gzip").status_code == 400, broken
    assert sta.get("Things")["value"] == []
