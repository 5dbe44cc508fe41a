# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers of other systems, recorded once and played back: what a connector's tests and the demonstration town use.

A recording is a folder with ``index.json`` (address → status, headers, file name) and one file per body, so that a
reader can open and an author can trim it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import IO, Any

from stadtherz.kernel.outside.client import Answer, Network, Outside, Request
from stadtherz.kernel.outside.refusals import Unreachable

KEPT_HEADERS = ("content-type", "etag", "last-modified")


class Recorded:
    """Plays a folder back; an address that was not recorded is unreachable. Knows 304 by ``etag``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index: dict[str, dict[str, Any]] = json.loads((folder / "index.json").read_text("utf-8"))
        self.asked: list[Request] = []

    def ask(self, request: Request, into: IO[bytes] | None) -> Answer:
        self.asked.append(request)
        kept = self.index.get(request.url)
        if kept is None:
            raise Unreachable(f"{request.url} is not in the recording {self.folder.name}.")
        headers = dict(kept["headers"])
        if request.etag and request.etag == headers.get("etag"):
            return Answer(request.url, 304, headers, b"")
        body = (self.folder / kept["file"]).read_bytes()
        if into is not None and kept["status"] < 400:
            into.write(body)
            body = b""
        return Answer(request.url, kept["status"], headers, body)


class Recorder:
    """Asks the network (or ``outside``) and writes what comes back into a folder."""

    def __init__(self, folder: Path, outside: Outside | None = None) -> None:
        self.folder = folder
        self.outside = outside or Network()
        self.index: dict[str, dict[str, Any]] = {}

    def ask(self, request: Request, into: IO[bytes] | None) -> Answer:
        answer = self.outside.ask(request, None)
        name = hashlib.sha256(request.url.encode()).hexdigest()[:12]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(answer.body)
        headers = {header: answer.headers[header] for header in KEPT_HEADERS if header in answer.headers}
        self.index[request.url] = {"status": answer.status, "headers": headers, "file": name}
        text = json.dumps(self.index, indent=2, ensure_ascii=False, sort_keys=True)
        (self.folder / "index.json").write_text(text + "\n", "utf-8")
        if into is not None:
            into.write(answer.body)
        return answer
