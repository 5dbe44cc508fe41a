# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where observations lie and how they are written, read, packed and forgotten. Others ask here and nowhere below."""

from stadtherz.services.sensing.store.identifiers import Key, UnknownIdentifier, identifier, understood
from stadtherz.services.sensing.store.reading import Columns, Series, columns, columns_of_hours, series
from stadtherz.services.sensing.store.relations import COLUMNS, Relation, relation, windows
from stadtherz.services.sensing.store.rollups import Hours, hours
from stadtherz.services.sensing.store.validity import Flag
from stadtherz.services.sensing.store.writing import write_now

__all__ = [
    "COLUMNS",
    "Columns",
    "Flag",
    "Hours",
    "Key",
    "Relation",
    "Series",
    "UnknownIdentifier",
    "columns",
    "columns_of_hours",
    "hours",
    "identifier",
    "relation",
    "series",
    "understood",
    "windows",
    "write_now",
]
