# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All connectors by key. To add one: write its folder, name it here."""

from __future__ import annotations

from stadtherz.services.sensing.connectors.base import Connector
from stadtherz.services.sensing.connectors.datex2_parking.connector import Datex2Parking
from stadtherz.services.sensing.connectors.kaiserslautern_parking.connector import KaiserslauternParking
from stadtherz.services.sensing.connectors.pegelonline.connector import PegelOnline
from stadtherz.services.sensing.connectors.sensor_community.connector import SensorCommunity
from stadtherz.services.sensing.connectors.sensorthings.connector import SensorThingsServer
from stadtherz.services.sensing.connectors.uba.connector import UbaAir

CONNECTORS: dict[str, Connector] = {
    connector.key: connector
    for connector in (
        PegelOnline(),
        SensorCommunity(),
        UbaAir(),
        KaiserslauternParking(),
        Datex2Parking(),
        SensorThingsServer(),
    )
}
