# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nine ready profiles and walking without limits, each with the reason for its figures.

They are starting points that a person adjusts, not judgements about anybody. Sources, by short name:
DIN 18040-3 (2014, public space): usable pavement width 180 cm, 90 cm past an obstacle; slope along at most 3 %, up to
6 % with resting places; kerbs at crossings 3 cm, or 0 and 6 cm side by side; surfaces even, firm, little vibration.
150 cm by 150 cm to turn a wheelchair: a wish, not a limit, for DIN 18040-1 asks lifts for 110 cm by 140 cm, which one
leaves backwards.
DIN 32984 (2020): tactile ground surfaces; a blind person finds an edge of 3 cm, better 6 cm. Open squares need guidance
strips, because there is no edge, wall or kerb to follow; where the map knows of none, its rim is the way that can be followed.
By how much the detour may be longer is our choice.
DIN 18040-1 (2010): ramps at most 6 %, passages 90 cm, lifts. ISO 7176-5/-8 and DIN EN 12184: wheelchair class A and B,
70 cm wide, kerbs 15 to 50 mm, slopes 3° (5 %) to 6° (10 %); scooters class C 100 mm and 10°. DIN 18065: handrails.
Speeds: level walking with aids 2.5 to 4 km/h (Bohannon 1997, Age and Ageing 26; Kirby et al. 2004 for wheelchairs),
our own rounding. Where no source gives a figure, the reason says "our choice".
"""

from typing import Final, NamedTuple

from .profiles import Aid, Limits, Pace, Profile, Unknown, UnknownPolicy, check
from .vocabulary import Crossing, Ramp, Smoothness, Surface


class Preset(NamedTuple):
    """A profile with its names, what it keeps in plain words, and where its figures come from."""

    profile: Profile
    title: dict[str, str]
    reason: dict[str, str]
    source: dict[str, str] = {}


_WHEEL_UNKNOWN: Final = UnknownPolicy(
    surface=Unknown.COST, incline=Unknown.COST, kerb=Unknown.AVOID, steps=Unknown.FORBID, width=Unknown.ALLOW
)
_BLIND_UNKNOWN: Final = UnknownPolicy(
    surface=Unknown.ALLOW, incline=Unknown.ALLOW, kerb=Unknown.ALLOW, steps=Unknown.ALLOW, crossing=Unknown.AVOID
)

_OURS: Final = {"de": "Unsere Wahl.", "en": "Our choice."}

PRESETS: Final[dict[str, Preset]] = {
    preset.profile.key: preset
    for preset in (
        Preset(
            Profile(
                key="foot",
                unknown=UnknownPolicy(surface=Unknown.ALLOW, incline=Unknown.ALLOW, kerb=Unknown.ALLOW,
                                      steps=Unknown.ALLOW, crossing=Unknown.ALLOW),
                pace=Pace(level_kmh=4.8), comfort=0.2, street_factor=1.2,
            ),
            {"de": "Zu Fuß", "en": "On foot", "de-easy": "Zu Fuß"},
            {"de": "Ohne Grenzen. Zum Vergleich.", "en": "Without limits, for comparison."},
        ),
        Preset(
            Profile(
                key="wheelchair-manual", aid=Aid.WHEELS_BY_HAND,
                hard=Limits(kerb_up_mm=30, kerb_down_mm=60, incline_up_permille=80, incline_down_permille=100,
                            steep_permille=60, steep_metres=60, width_cm=90, surface=Surface.COMPACTED,
                            smoothness=Smoothness.BAD, tracktype=2, steps=0, ramp=Ramp.WHEELCHAIR,
                            no_escalators=True, wheels=True),
                soft=Limits(incline_up_permille=30, incline_down_permille=60, surface=Surface.PLATES,
                            smoothness=Smoothness.INTERMEDIATE, width_cm=120, kerb_up_mm=20, turning_cm=150),
                unknown=_WHEEL_UNKNOWN,
                pace=Pace(level_kmh=3.6, up=9.0, down=2.0, seconds_a_kerb=6.0), comfort=1.5, street_factor=2.0,
            ),
            {"de": "Rollstuhl, selbst angetrieben", "en": "Wheelchair, pushed by yourself",
             "de-easy": "Rollstuhl ohne Motor"},
            {"de": "Bordsteine bis 3 cm. Steigung bis 8 %, über 6 % nur 60 m weit. Durchgänge ab 90 cm.",
             "en": "Kerbs up to 3 cm. Slopes up to 8 %, above 6 % for 60 m only. Gaps from 90 cm."},
            {"de": "Bordsteine und Durchgänge nach DIN 18040-3, Rampen von 6 % nach DIN 18040-1. Die 8 % sind unsere Wahl.",
             "en": "Kerbs and gaps after DIN 18040-3, ramps of 6 % after DIN 18040-1. The 8 % are our choice."},
        ),
        Preset(
            Profile(
                key="wheelchair-electric", aid=Aid.WHEELS_BY_MOTOR,
                hard=Limits(kerb_up_mm=50, kerb_down_mm=50, incline_up_permille=100, incline_down_permille=100,
                            width_cm=90, surface=Surface.UNPAVED, smoothness=Smoothness.BAD, tracktype=3, steps=0,
                            ramp=Ramp.WHEELCHAIR, no_escalators=True, wheels=True),
                soft=Limits(surface=Surface.SETT, smoothness=Smoothness.INTERMEDIATE, kerb_up_mm=30, turning_cm=150),
                unknown=_WHEEL_UNKNOWN,
                pace=Pace(level_kmh=5.5, up=2.0, down=2.0, seconds_a_kerb=4.0), comfort=1.0, street_factor=1.8,
            ),
            {"de": "Elektrischer Rollstuhl", "en": "Electric wheelchair", "de-easy": "Rollstuhl mit Motor"},
            {"de": "Bordsteine bis 5 cm. Steigung bis 10 %. Durchgänge ab 90 cm.",
             "en": "Kerbs up to 5 cm. Slopes up to 10 %. Gaps from 90 cm."},
            {"de": "Klasse B nach DIN EN 12184: 5 cm und 6° (10 %).", "en": "Class B of DIN EN 12184: 5 cm and 6° (10 %)."},
        ),
        Preset(
            Profile(
                key="wheelchair-pushed", aid=Aid.WHEELS_PUSHED,
                hard=Limits(kerb_up_mm=120, kerb_down_mm=120, incline_up_permille=100, incline_down_permille=100,
                            width_cm=90, surface=Surface.UNPAVED, smoothness=Smoothness.BAD, tracktype=3, steps=0,
                            ramp=Ramp.WHEELCHAIR, no_escalators=True, wheels=True),
                soft=Limits(kerb_up_mm=30, incline_up_permille=60, incline_down_permille=60, surface=Surface.SETT,
                            turning_cm=150),
                unknown=UnknownPolicy(steps=Unknown.FORBID),
                pace=Pace(level_kmh=4.0, up=6.0, down=3.0, seconds_a_kerb=8.0), comfort=1.2, street_factor=1.8,
            ),
            {"de": "Rollstuhl, geschoben", "en": "Wheelchair with a companion",
             "de-easy": "Rollstuhl mit Hilfe"},
            {"de": "Bordsteine am liebsten bis 3 cm, zu zweit bis 12 cm. Steigung bis 10 %. Durchgänge ab 90 cm.",
             "en": "Kerbs best up to 3 cm, for two people up to 12 cm. Slopes up to 10 %. Gaps from 90 cm."},
            _OURS,
        ),
        Preset(
            Profile(
                key="scooter", aid=Aid.WHEELS_BY_MOTOR,
                hard=Limits(kerb_up_mm=80, kerb_down_mm=80, incline_up_permille=120, incline_down_permille=120,
                            width_cm=100, surface=Surface.GRAVEL, smoothness=Smoothness.VERY_BAD, tracktype=4, steps=0,
                            no_escalators=True, wheels=True),
                soft=Limits(surface=Surface.COBBLES, width_cm=150, kerb_up_mm=50, turning_cm=150),
                unknown=UnknownPolicy(steps=Unknown.FORBID),
                pace=Pace(level_kmh=7.0, up=1.5, down=1.5, seconds_a_kerb=4.0), comfort=0.8, street_factor=1.3,
            ),
            {"de": "Elektromobil (Scooter)", "en": "Mobility scooter", "de-easy": "Elektro-Mobil"},
            {"de": "Bordsteine bis 8 cm. Steigung bis 12 %. Durchgänge ab 100 cm.",
             "en": "Kerbs up to 8 cm. Slopes up to 12 %. Gaps from 100 cm."},
            {"de": "Unter den Grenzen der Klasse C nach DIN EN 12184 (10 cm, 10°).",
             "en": "Below the limits of class C of DIN EN 12184 (10 cm, 10°)."},
        ),
        Preset(
            Profile(
                key="walker", aid=Aid.WHEELS_PUSHED,
                hard=Limits(kerb_up_mm=100, kerb_down_mm=100, incline_up_permille=100, incline_down_permille=100,
                            width_cm=75, surface=Surface.UNPAVED, steps=0, ramp=Ramp.PRAM, no_escalators=True,
                            wheels=True),
                soft=Limits(kerb_up_mm=30, kerb_down_mm=30, incline_up_permille=40, incline_down_permille=40,
                            surface=Surface.PLATES, smoothness=Smoothness.INTERMEDIATE),
                unknown=UnknownPolicy(steps=Unknown.FORBID),
                pace=Pace(level_kmh=2.9, up=6.0, down=5.0, seconds_a_kerb=5.0), comfort=1.2, street_factor=2.0,
                rest_every_m=200,
            ),
            {"de": "Rollator", "en": "Walker with wheels", "de-easy": "Rollator"},
            {"de": "Bordsteine am liebsten bis 3 cm, zur Not bis 10 cm. Durchgänge ab 75 cm. Alle 200 m eine Bank.",
             "en": "Kerbs best up to 3 cm, if need be up to 10 cm. Gaps from 75 cm. A bench every 200 m."},
            {"de": "3 cm nach DIN 18040-3. Das andere ist unsere Wahl.",
             "en": "3 cm after DIN 18040-3. The rest is our choice."},
        ),
        Preset(
            Profile(
                key="pram", aid=Aid.WHEELS_PUSHED,
                hard=Limits(width_cm=70, surface=Surface.GRASS, steps=3, ramp=Ramp.PRAM, no_escalators=True,
                            wheels=True, incline_up_permille=200, incline_down_permille=200),
                soft=Limits(kerb_up_mm=60, steps=0, surface=Surface.COMPACTED, incline_up_permille=80),
                unknown=UnknownPolicy(kerb=Unknown.ALLOW, steps=Unknown.FORBID),
                pace=Pace(level_kmh=4.2, up=4.0, down=2.0, seconds_a_kerb=2.0), comfort=0.8, street_factor=2.0,
            ),
            {"de": "Kinderwagen", "en": "Pram", "de-easy": "Kinder-Wagen"},
            {"de": "Drei Stufen kann man allein heben, mehr nicht. Durchgänge ab 70 cm.",
             "en": "One person can lift it up three steps, not more. Gaps from 70 cm."},
            _OURS,
        ),
        Preset(
            Profile(
                key="crutches",
                hard=Limits(steps=40, surface=Surface.GRASS, smoothness=Smoothness.VERY_BAD, tracktype=4,
                            incline_up_permille=150, incline_down_permille=120),
                soft=Limits(steps=6, handrail=True, incline_up_permille=60, incline_down_permille=50,
                            surface=Surface.COMPACTED, smoothness=Smoothness.INTERMEDIATE),
                unknown=UnknownPolicy(),
                pace=Pace(level_kmh=2.5, up=5.0, down=5.0, seconds_a_step=2.0, seconds_a_kerb=2.0),
                comfort=1.0, street_factor=1.8, rest_every_m=150,
            ),
            {"de": "Gehstützen", "en": "Crutches", "de-easy": "Krücken"},
            {"de": "Treppen nur kurz und am liebsten mit Handlauf. Alle 150 m eine Bank.",
             "en": "Steps only short and best with a handrail. A bench every 150 m."},
            {"de": "Handläufe nach DIN 18065. Die Längen sind unsere Wahl.",
             "en": "Handrails after DIN 18065. The lengths are our choice."},
        ),
        Preset(
            Profile(
                key="blind",
                hard=Limits(no_escalators=True),
                soft=Limits(crossing=Crossing.SIGNALS, sound=True, tactile=True),
                unknown=_BLIND_UNKNOWN,
                pace=Pace(level_kmh=3.2, up=3.5, down=2.5, seconds_a_step=1.0, signal_seconds=30.0,
                          street_seconds=25.0), comfort=0.2, street_factor=4.0, soft_factor=4.0,
                open_factor=3.0,
            ),
            {"de": "Blind, mit Langstock", "en": "Blind, with a cane", "de-easy": "Blind"},
            {"de": "Über Straßen lieber an Ampeln mit Ton und Bodenindikatoren. Um Plätze ohne Leitstreifen lieber am Rand herum.",
             "en": "Across streets rather at signals with sound and tactile ground. Rather round the edge of squares that have no "
                   "guidance strip."},
            {"de": "Bodenindikatoren nach DIN 32984.", "en": "Tactile ground after DIN 32984."},
        ),
        Preset(
            Profile(
                key="low-vision",
                soft=Limits(crossing=Crossing.MARKED, light=True, steps=10, handrail=True, surface=Surface.COMPACTED),
                unknown=UnknownPolicy(crossing=Unknown.COST, surface=Unknown.ALLOW, incline=Unknown.ALLOW,
                                      kerb=Unknown.ALLOW, steps=Unknown.COST),
                pace=Pace(level_kmh=3.8, seconds_a_step=1.0, street_seconds=15.0), comfort=0.4, street_factor=3.0,
                open_factor=1.5,
            ),
            {"de": "Sehbehindert", "en": "Low vision", "de-easy": "Schlecht sehen"},
            {"de": "Beleuchtete Wege, markierte Übergänge, Treppen mit Handlauf. Am Rand von Plätzen entlang, wenn das kein großer "
                   "Umweg ist.",
             "en": "Lit ways, marked crossings, steps with handrail. Along the edge of squares where that is no long detour."},
            {"de": "Wege nach DIN 18040-3, Handläufe nach DIN 18065.", "en": "Ways after DIN 18040-3, handrails after DIN 18065."},
        ),
    )
}  # fmt: skip

for _preset in PRESETS.values():
    check(_preset.profile)
