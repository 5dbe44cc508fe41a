# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A datastream with everything that it needs, in the active municipality."""

from __future__ import annotations

from typing import Any

from stadtherz.services.sensing.actions.entities import (
    create_datastream,
    create_observed_property,
    create_sensor,
    create_thing,
)
from stadtherz.services.sensing.models import Datastream


def datastream(**given: Any) -> Datastream:
    """A new datastream of a new thing."""
    return create_datastream(
        thing=given.pop("thing", None) or create_thing(name="Counting post"),
        sensor=create_sensor(name="Loop", encoding_type="application/pdf", metadata="sheet.pdf"),
        observed_property=create_observed_property(name="Bicycles", definition="https://example.org/bicycles"),
        **{"name": "Bicycles at the bridge", **given},
    )
