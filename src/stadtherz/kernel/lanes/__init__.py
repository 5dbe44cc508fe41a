# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lanes: the few busy addresses of services that a coroutine answers, beside the pages and without a thread each."""

from stadtherz.kernel.lanes.forgery import is_forged
from stadtherz.kernel.lanes.request import LaneAnswer, LaneRequest, headers_of, problem

__all__ = ["LaneAnswer", "LaneRequest", "headers_of", "is_forged", "problem"]
