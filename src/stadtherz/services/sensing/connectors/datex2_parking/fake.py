# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recorded answers in both ways of DATEX II version 2, with invented car parks."""

_FRAME = """<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" modelBaseVersion="2">
<payloadPublication lang="de" xsi:type="GenericPublication"><publicationTime>2025-03-01T10:00:00+01:00</publicationTime>
<genericPublicationExtension>{}</genericPublicationExtension></payloadPublication></d2LogicalModel>"""

RECORDS = _FRAME.format("""<parkingStatusPublication><parkingRecordStatus xsi:type="ParkingSiteStatus">
<parkingRecordReference id="P9" targetClass="ParkingRecord" version="1"/><parkingStatusOriginTime>2025-03-01T09:58:00Z</parkingStatusOriginTime>
<parkingOccupancy><parkingNumberOfSpacesOverride>100</parkingNumberOfSpacesOverride><parkingNumberOfVacantSpaces>40</parkingNumberOfVacantSpaces>
<parkingNumberOfOccupiedSpaces>60</parkingNumberOfOccupiedSpaces><parkingOccupancy>60.00</parkingOccupancy></parkingOccupancy>
<parkingSiteStatus>spacesAvailable</parkingSiteStatus><parkingSiteOpeningStatus>open</parkingSiteOpeningStatus>
</parkingRecordStatus></parkingStatusPublication>""").encode()

FACILITIES = _FRAME.format("""<parkingFacilityTableStatusPublication><parkingFacilityStatus>
<parkingFacilityReference id="77" targetClass="ParkingFacility" version="1.0"/><parkingFacilityStatus>spacesAvailable</parkingFacilityStatus>
<parkingFacilityStatus>open</parkingFacilityStatus><parkingFacilityStatusTime>2025-03-01T10:00:00.000+01:00</parkingFacilityStatusTime>
<totalNumberOfOccupiedParkingSpaces>3</totalNumberOfOccupiedParkingSpaces><totalNumberOfVacantParkingSpaces>5</totalNumberOfVacantParkingSpaces>
</parkingFacilityStatus></parkingFacilityTableStatusPublication>""").encode()

TABLE = _FRAME.format("""<parkingTablePublication><parkingTable><parkingRecord id="P9" version="1" xsi:type="UrbanParkingSite">
<parkingName><values><value lang="de">P9 Beispielplatz</value></values></parkingName><parkingNumberOfSpaces>100</parkingNumberOfSpaces>
<parkingLocation xsi:type="Point"><pointByCoordinates><pointCoordinates><latitude>49.44</latitude><longitude>7.77</longitude></pointCoordinates>
</pointByCoordinates></parkingLocation></parkingRecord></parkingTable></parkingTablePublication>""").encode()
