# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers by address, in place of the network."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest
from django.conf import settings

from stadtherz.kernel.outside.client import Answer, Request


class Recorded:
    """Answers each address that contains one of the keys; remembers what was asked."""

    def __init__(self, answers: dict[str, bytes | int]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def ask(self, request: Request, into: IO[bytes] | None) -> Answer:
        self.asked.append(request.url)
        for part, body in self.answers.items():
            if part in request.url:
                return Answer(
                    request.url, body if isinstance(body, int) else 200, {}, b"" if isinstance(body, int) else body
                )
        return Answer(request.url, 404, {}, b"")


def test_data(*path: str) -> Path:
    """A file of the real test data; skips the test where it is absent."""
    file = Path(settings.OPTION["testdata"], *path)
    if not file.exists():
        pytest.skip(f"STADTHERZ_TESTDATA has no {'/'.join(path)}")
    return file


test_data.__test__ = False  # type: ignore[attr-defined]  # not a test itself
