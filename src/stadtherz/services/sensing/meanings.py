# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a quantity means, in a sentence or two that nobody must look up."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANINGS: dict[str, str | Promise] = {
    "pm10": _("Specks of dust smaller than a hundredth of a millimetre. They come from tyres, brakes, stoves and fields, and get into the airways."),
    "pm25": _("Very fine dust, a thirtieth of a hair thick. It comes from burning and gets deep into the lungs."),
    "pm1": _("The finest dust that is measured here. It gets deep into the lungs."),
    "nitrogen_dioxide": _("A gas from engines and heating. It irritates the airways; beside busy roads there is more of it."),
    "ozone": _("It forms on sunny days from exhaust gases. On the ground it irritates eyes and airways; on hot afternoons it is highest."),
    "sulphur_dioxide": _("A gas from burning coal and oil. Today there is little of it in towns."),
    "carbon_monoxide": _("A gas without smell from burning with too little air."),
    "carbon_dioxide": _("How fresh the air is. In rooms, above 1000 ppm one should open a window."),
    "noise": _("How loud it is for the ear. Ten decibels more sound twice as loud; a talk has about 60, a lorry passing by about 85."),
    "air_temperature": _("The air in the shade, usually two metres above the ground."),
    "water_temperature": _("How warm the water is."),
    "soil_temperature": _("How warm the soil is in the depth of the roots."),
    "humidity": _("How much water the air holds, of what it could hold."),
    "air_pressure": _("How heavily the air lies on the ground. When it falls quickly, the weather changes."),
    "wind_speed": _("How fast the air moves. From about 17 metres a second on it is a gale."),
    "wind_direction": _("Where the wind comes from: 0 and 360 is north, 90 east."),
    "rain": _("How much rain fell. One millimetre is one litre on each square metre."),
    "rain_intensity": _("How heavily it rains. From 15 litres in an hour on it is heavy rain."),
    "water_level": _("How high the water stands above the zero of the gauge; that is not the depth of the water."),
    "discharge": _("How much water flows past in a second."),
    "soil_moisture": _("How much water the soil holds. It tells when trees need water."),
    "bicycles": _("How many bicycles passed. Nobody is recognised; the counter only counts."),
    "cars": _("How many motor vehicles passed. Nobody is recognised; no number plate is read."),
    "pedestrians": _("How many people walked past. Nobody is recognised; the counter only counts."),
    "speed": _("How fast vehicles drive past, as a mean."),
    "parking_free": _("How many parking spaces are free now."),
    "parking_taken": _("How many parking spaces are taken now."),
    "parking_occupancy": _("Which part of the parking spaces is taken."),
    "battery": _("How much charge the battery of the device has left."),
}  # fmt: skip
