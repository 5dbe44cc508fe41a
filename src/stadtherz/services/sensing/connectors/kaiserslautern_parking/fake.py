# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A recorded answer in the format of the parking guidance system, with invented car parks."""

CAR_PARKS = b"""<Daten><Zeitstempel>01.03.2025 14:46:00</Zeitstempel>
<Parkhaus><ID>901</ID><Name>PH Beispielstra&#223;e</Name><Gesamt>120</Gesamt><Aktuell>80</Aktuell><Trend>1</Trend><Status>Offen</Status></Parkhaus>
<Parkhaus><ID>902</ID><Name>PH Muster</Name><Gesamt>60</Gesamt><Aktuell>61</Aktuell><Trend>-1</Trend><Status>Stoerung</Status></Parkhaus>
</Daten>"""
