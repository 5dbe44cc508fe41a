# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plain observations (a number at a moment, about the place of the thing) as the interface shows them, written by Python for the
lanes. The database writes everything else (``rendering``); tests hold the two together."""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings

from stadtherz.kernel.lanes import LaneRequest
from stadtherz.services.sensing.store.identifiers import written
from stadtherz.services.sensing.store.moments import moment

Array = np.ndarray[Any, Any]
ROOT = "/api/sta/v1.1"
TRUSTED: tuple[str, str] | None = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
LEAST, MOST = 1e-4, 1e15  # between these PostgreSQL and Python write a double in the same words
SECOND = 1_000_000


def root_of(request: LaneRequest) -> str:
    """The service's root address, as this request reached it."""
    return _root(scheme_of(request), request.headers["host"])


def scheme_of(request: LaneRequest) -> str:
    """As Django finds it: behind a trusted proxy what its header says."""
    if TRUSTED is None:
        return request.scheme
    said = request.headers.get(TRUSTED[0].removeprefix("HTTP_").replace("_", "-").lower(), "")
    return "https" if said.partition(",")[0].strip() == TRUSTED[1] else "http"


@lru_cache(maxsize=100)
def _root(scheme: str, host: str) -> str:
    return f"{scheme}://{host}{ROOT}"


def is_usual(number: float) -> bool:
    """Whether Python writes the number as PostgreSQL does."""
    return number == 0 or LEAST <= abs(number) < MOST


def observation(here: str, identifier: str, time: str, result: str) -> str:
    """The JSON object; ``here`` is its own link, time and result are JSON already."""
    return (
        f'{{"@iot.id":"{identifier}","@iot.selfLink":"{here}","phenomenonTime":"{time}","result":{result},'
        f'"resultTime":null,"Datastream@iot.navigationLink":"{here}/Datastream",'
        f'"FeatureOfInterest@iot.navigationLink":"{here}/FeatureOfInterest"}}'
    )


def time_shown(micros: int) -> str:
    """A moment in ISO 8601, in UTC."""
    return f"{_without_zone(micros, 'T')}Z"


def number_shown(number: float) -> str:
    """A number as JSON."""
    return repr(number).removesuffix(".0")


def rows_shown(root: str, datastream: int, micros: Array, numbers: Array, sequences: Array) -> str | None:
    """Rows of one datastream as members of a JSON array; None if a number is not usual."""
    size = np.abs(numbers)
    if not ((size == 0) | ((size >= LEAST) & (size < MOST))).all():
        return None
    if (micros % SECOND).any():
        times = list(map(time_shown, micros.tolist()))
    else:
        times = [f"{time}Z" for time in np.datetime_as_string((micros // SECOND).astype("datetime64[s]")).tolist()]
    start = f"{root}/Observations('"
    shown = []
    for moment_, time, number, sequence in zip(
        micros.tolist(), times, numbers.tolist(), sequences.tolist(), strict=True
    ):
        identifier = written(datastream, moment_, sequence)
        shown.append(observation(f"{start}{identifier}')", identifier, time, number_shown(number)))
    return ",".join(shown)


def token(micros: int, *others: int, place: int) -> str:
    """What a link to the next page carries of its last row: the keys of the order as texts, the time at ``place`` (``paging``)."""
    texts = [str(each) for each in others]
    texts.insert(place, f"{_without_zone(micros, ' ')}+00")
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def _without_zone(micros: int, separator: str) -> str:
    text = moment(micros).isoformat(separator)[:-6]
    return text.rstrip("0") if "." in text else text
