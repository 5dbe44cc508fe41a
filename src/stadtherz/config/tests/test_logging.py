# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands in the log: one line for what mends itself, and times that can be compared with those of the system."""

from __future__ import annotations

import io
import logging
import logging.config
import re

import pytest
from django.conf import settings
from django.test import Client
from procrastinate.exceptions import ConnectorException

from stadtherz.kernel.municipalities.models import Municipality


def test_a_database_that_is_away_is_one_line_with_the_reason_and_the_difference_to_universal_time() -> None:
    written = io.StringIO()
    configured = logging.config.DictConfigurator(settings.LOGGING)  # type: ignore[arg-type]
    handler = logging.StreamHandler(written)
    handler.setFormatter(configured.configure_formatter(settings.LOGGING["formatters"]["line"]))
    handler.addFilter(configured.configure_filter(settings.LOGGING["filters"]["database_is_away"]))
    logger = logging.Logger("procrastinate.utils")
    logger.addHandler(handler)
    try:
        try:
            raise OSError("connection failed:\n\tis the server running?")
        except OSError as reason:
            raise ConnectorException from reason
    except ConnectorException:
        logger.exception("listener error")
    line = r"[-\d]{10} [:\d]{8}[+-]\d{4} ERROR procrastinate.utils: the database is away: connection failed: is the server running\?\n"
    assert re.fullmatch(line, written.getvalue())


def test_no_key_of_an_address_stands_in_the_log(
    town: Municipality, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    keys = ["3-dihavi-2eddc53d28c97645e2a664a72c349a39", "MQ:1xVKSG:1inkuNZhioofyx22pua5Z3Di20J2H6Zl1vo2aJRKwsM"]
    for key in keys:
        client.get(f"/nothing/{key}/here/")
    client.get("/erklaerung-zur-barrierefreiheit/")
    assert client.get("/", headers={"Host": "no host"}).status_code == 400
    quiet = ["Not Found: /erklaerung-zur-barrierefreiheit/", "Bad Request: /"]
    assert caplog.messages == ["Not Found: /nothing/…/here/"] * 2 + quiet
