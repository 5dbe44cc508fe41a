# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of directions in German, English and easy language, as one table. A language is a dictionary; to add one,
add a dictionary with the same keys (a test compares them).

Easy language follows DIN SPEC 33429 (2023) and the rules of Netzwerk Leichte Sprache: one thought a sentence, no
relative clauses, figures instead of words. German addresses the reader with "du".
"""

from typing import Final

from .route import Turn
from .told import Manner
from .vocabulary import Barrier, Crossing, Smoothness, Surface


class Table(dict[str, str]):
    """The phrases of one language by key. There is one of each, so that it may stand for itself in a cache."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


DE: Final = Table({
    "depart": "Geh {heading} {way}", "turn.straight": "Geh geradeaus weiter {way}",
    "turn.left": "Bieg links ab {way}", "turn.right": "Bieg rechts ab {way}",
    "turn.slight_left": "Halte dich links {way}", "turn.slight_right": "Halte dich rechts {way}",
    "turn.sharp_left": "Bieg scharf links ab {way}", "turn.sharp_right": "Bieg scharf rechts ab {way}",
    "turn.u_turn": "Kehr um {way}", "for": ", {distance}.", "goal": "Du bist am Ziel.",
    "goal.leg": "Du bist am Zwischenziel.", "landmark": " An der Ecke: {name}.", "border": "Hier beginnt: {name}.",
    "pavement.named": "auf dem Gehweg: {name}", "pavement.side": "auf dem {side} Gehweg: {name}",
    "pavement": "auf dem Gehweg", "footpath.named": "auf dem Weg: {name}", "footpath": "auf dem Fußweg",
    "carriageway.named": "auf der Fahrbahn: {name}", "carriageway": "auf der Fahrbahn",
    "living_street.named": "durch die Straße: {name}", "track": "auf dem Feld- oder Waldweg",
    "left": "linken", "right": "rechten",
    "cross": "Überquere die Straße{name}{how}.", "cross.name": ": {name}",
    "crossing.unknown": " an der Querungsstelle", "crossing.unmarked": " (keine Querungshilfe bekannt)",
    "crossing.marked": " auf dem Überweg", "crossing.signals": " an der Ampel", "sound": ", mit Ton",
    "no_sound": ", ohne Ton", "tactile": ", mit Leitstreifen am Boden", "island": ", mit Mittelinsel",
    "steps.up": "Geh die Treppe hinauf", "steps.down": "Geh die Treppe hinunter", "steps": "Geh über die Treppe",
    "steps.count": ", {count} Stufen", "steps.unknown": ", Zahl der Stufen unbekannt", "handrail": ", mit Handlauf",
    "no_handrail": ", ohne Handlauf", "lift": "Fahr mit dem Aufzug{name}.", "escalator": "Fahr mit der Rolltreppe.",
    "ferry": "Fahr mit der Fähre{name}.",
    "up": "Es geht bis zu {percent} % bergauf.", "down": "Es geht bis zu {percent} % bergab.",
    "kerb_up": "Bordstein {cm} cm hinauf.", "kerb_down": "Bordstein {cm} cm hinunter.",
    "kerb_unknown": "Höhe des Bordsteins unbekannt.",
    "kerb_unknown_too": "Höhe eines weiteren Bordsteins unbekannt.", "surface": "Der Boden wird: {surface}.",
    "barrier": "Achtung, im Weg: {barrier}.", "unverified": "{distance} davon sind nicht geprüft.",
    "bench": "Unterwegs steht eine Bank.",
    "sum.minutes": "{minutes} Minuten", "sum.minute": "1 Minute", "sum.up": "steilste Stelle {percent} % bergauf",
    "sum.down": "steilste Stelle {percent} % bergab", "sum.kerb": "1 Bordstein von {cm} cm",
    "sum.kerbs": "{count} Bordsteine bis {cm} cm", "sum.kerbs_unknown": "{count} Bordsteine unbekannter Höhe",
    "sum.kerb_unknown": "1 Bordstein unbekannter Höhe", "sum.steps": "{count} Stufen", "sum.steps_about": "etwa {count} Stufen", "sum.rough": "{distance} {surface}", "sum.unverified": "{distance} nicht geprüft",
    "decimal": ",",
    "heading.0": "nach Norden", "heading.1": "nach Nordosten", "heading.2": "nach Osten", "heading.3": "nach Südosten",
    "heading.4": "nach Süden", "heading.5": "nach Südwesten", "heading.6": "nach Westen",
    "heading.7": "nach Nordwesten",
    "surface.asphalt": "Asphalt", "surface.paved": "befestigt", "surface.concrete": "Beton",
    "surface.paving_stones": "Pflastersteine", "surface.plates": "Platten", "surface.wood": "Holz",
    "surface.metal": "Metall", "surface.sett": "Steinpflaster", "surface.fine_gravel": "feiner Schotter",
    "surface.compacted": "fester Sand und Kies", "surface.cobbles": "Kopfsteinpflaster",
    "surface.grass_paver": "Rasengitter", "surface.unpaved": "unbefestigt", "surface.gravel": "Schotter",
    "surface.ground": "Erde", "surface.grass": "Gras", "surface.sand": "Sand", "surface.mud": "Schlamm",
    "smoothness.excellent": "spiegelglatt", "smoothness.good": "eben", "smoothness.intermediate": "kleine Fugen und Risse",
    "smoothness.bad": "holprig", "smoothness.very_bad": "Löcher und Wurzeln", "smoothness.horrible": "sehr grob",
    "smoothness.very_horrible": "nur für Geländewagen", "smoothness.impassable": "nicht befahrbar",
    "barrier.gate": "ein Tor", "barrier.bollard": "ein Poller", "barrier.cycle_barrier": "eine Umlaufsperre",
    "barrier.block": "ein Block", "barrier.stile": "ein Überstieg", "barrier.turnstile": "ein Drehkreuz",
    "barrier.kissing_gate": "ein Schwingtor", "barrier.lift_gate": "eine Schranke", "barrier.chain": "eine Kette",
    "barrier.other": "eine Sperre",
    "limit.KERB_UP": "Bordstein hinauf: {value} cm, du willst höchstens {limit} cm",
    "limit.KERB_DOWN": "Bordstein hinunter: {value} cm, du willst höchstens {limit} cm",
    "limit.INCLINE_UP": "Steigung: {value} %, du willst höchstens {limit} %",
    "limit.INCLINE_DOWN": "Gefälle: {value} %, du willst höchstens {limit} %",
    "limit.STEEP_LENGTH": "steile Strecke: {value} m lang, du willst höchstens {limit} m",
    "limit.TURNING": "Platz zum Wenden: {value} cm, du brauchst {limit} cm",
    "what.TURNING": "Platz zum Wenden", "change.turning_cm": "{value} cm Platz zum Wenden",
    "limit.WIDTH": "Engstelle: {value} cm, du brauchst {limit} cm", "limit.SURFACE": "Boden: {word}",
    "limit.SMOOTHNESS": "unebener Boden: {word}", "limit.TRACKTYPE": "Feldweg, Güte {value}",
    "limit.STEPS": "Treppe mit {value} Stufen", "limit.STEPS.unknown": "Treppe, Zahl der Stufen unbekannt",
    "limit.HANDRAIL": "Treppe ohne Handlauf",
    "limit.LIFT": "Aufzug", "limit.ESCALATOR": "Rolltreppe", "limit.CROSSING": "Querung ohne ausreichende Sicherung",
    "limit.SOUND": "Ampel ohne Ton", "limit.TACTILE": "Querung ohne Leitstreifen", "limit.ISLAND":
    "Querung ohne Mittelinsel", "limit.LIGHT": "ohne Beleuchtung", "limit.BARRIER": "Sperre: {word}",
    "limit.WHEELCHAIR_NO": "als nicht rollstuhlgerecht bekannt", "limit.CLOSED": "gesperrt",
    "limit.unknown": "nicht bekannt: {what}", "what.SURFACE": "Boden", "what.SMOOTHNESS": "Ebenheit",
    "what.WIDTH": "Breite", "what.INCLINE_UP": "Steigung", "what.KERB_UP": "Höhe des Bordsteins",
    "what.STEPS": "Zahl der Stufen", "what.CROSSING": "Art der Querung", "what.LIGHT": "Beleuchtung",
    "at": "{what} ({place})", "unnamed": "Weg ohne Namen",
    "why.none": "Keinen Weg gefunden, der deine Grenzen einhält.",
    "why.closest": "Der Weg mit den wenigsten Hindernissen ist {distance} lang. Im Weg: {list}.",
    "why.help": "Mit {changes} kämst du an, Weglänge {distance}.",
    "why.nothing": "Auch ohne Grenzen führt kein Weg dorthin: Start und Ziel sind im Plan nicht verbunden.",
    "why.detour": "Dein Weg ist {distance} länger als der kürzeste. Er meidet: {list}.",
    "why.direct": "Dein Weg ist so kurz wie möglich.",
    "change.kerb_up_mm": "Bordsteinen bis {value} cm", "change.kerb_down_mm": "Bordsteinen bis {value} cm hinunter",
    "change.incline_up_permille": "{value} % Steigung", "change.incline_down_permille": "{value} % Gefälle",
    "change.width_cm": "{value} cm Breite", "change.steps": "{value} Stufen", "change.surface": "{word} als Boden",
    "change.smoothness": "Boden der Ebenheit {word}", "change.steep_metres": "{value} m steiler Strecke",
    "change.unknown": "Wegen, über die nicht alles bekannt ist", "and": " und ",
    "obstacle.lift": "Aufzug außer Betrieb", "obstacle.works": "Baustelle", "obstacle.festival": "Fest oder Markt",
    "obstacle.parked_cars": "abgestellte Fahrzeuge", "obstacle.ice": "Eis oder Schnee",
    "obstacle.hours": "nur zu bestimmten Zeiten offen, jetzt geschlossen ({rule})",
    "obstacle.hours_unread": "hier gilt eine Regel, die wir nicht auswerten können: {rule}", "obstacle.other": "ein Hindernis", "obstacle.more": "und {count} weitere", "obstacle.reported": "{what}: gemeldet, nicht bestätigt",
})  # fmt: skip

EN: Final = Table({
    "depart": "Go {heading} {way}", "turn.straight": "Continue straight {way}", "turn.left": "Turn left {way}",
    "turn.right": "Turn right {way}", "turn.slight_left": "Keep left {way}", "turn.slight_right": "Keep right {way}",
    "turn.sharp_left": "Turn sharp left {way}", "turn.sharp_right": "Turn sharp right {way}",
    "turn.u_turn": "Turn back {way}", "for": ", {distance}.", "goal": "You have arrived.",
    "goal.leg": "You have reached the stop.", "landmark": " At the corner: {name}.", "border": "Here begins: {name}.",
    "pavement.named": "on the pavement: {name}", "pavement.side": "on the {side} pavement: {name}",
    "pavement": "on the pavement", "footpath.named": "on the way: {name}", "footpath": "on the footpath",
    "carriageway.named": "on the carriageway: {name}", "carriageway": "on the carriageway",
    "living_street.named": "along the street: {name}", "track": "on the field or forest track",
    "left": "left", "right": "right", "cross": "Cross the street{name}{how}.", "cross.name": ": {name}",
    "crossing.unknown": " at the crossing", "crossing.unmarked": " (no crossing aid known)",
    "crossing.marked": " at the marked crossing", "crossing.signals": " at the traffic lights",
    "sound": ", with sound", "no_sound": ", without sound", "tactile": ", with tactile paving",
    "island": ", with an island", "steps.up": "Go up the steps", "steps.down": "Go down the steps",
    "steps": "Take the steps", "steps.count": ", {count} steps", "steps.unknown": ", number of steps unknown",
    "handrail": ", with a handrail", "no_handrail": ", without a handrail", "lift": "Take the lift{name}.",
    "escalator": "Take the escalator.", "ferry": "Take the ferry{name}.", "up": "Uphill, up to {percent} %.",
    "down": "Downhill, up to {percent} %.", "kerb_up": "Kerb {cm} cm up.", "kerb_down": "Kerb {cm} cm down.",
    "kerb_unknown": "Height of the kerb unknown.", "kerb_unknown_too": "Height of another kerb unknown.", "surface": "The ground becomes: {surface}.",
    "barrier": "Caution, in the way: {barrier}.", "unverified": "{distance} of it are not verified.",
    "bench": "There is a bench on the way.", "sum.minutes": "{minutes} minutes", "sum.minute": "1 minute",
    "sum.up": "steepest {percent} % uphill", "sum.down": "steepest {percent} % downhill",
    "sum.kerb": "1 kerb of {cm} cm", "sum.kerbs": "{count} kerbs up to {cm} cm",
    "sum.kerbs_unknown": "{count} kerbs of unknown height", "sum.kerb_unknown": "1 kerb of unknown height",
    "sum.steps": "{count} steps", "sum.steps_about": "about {count} steps",
    "sum.rough": "{distance} of {surface}", "sum.unverified": "{distance} not verified", "decimal": ".",
    "heading.0": "north", "heading.1": "north-east", "heading.2": "east", "heading.3": "south-east",
    "heading.4": "south", "heading.5": "south-west", "heading.6": "west", "heading.7": "north-west",
    "surface.asphalt": "asphalt", "surface.paved": "paved", "surface.concrete": "concrete",
    "surface.paving_stones": "paving stones", "surface.plates": "slabs", "surface.wood": "wood",
    "surface.metal": "metal", "surface.sett": "setts", "surface.fine_gravel": "fine gravel",
    "surface.compacted": "compacted gravel", "surface.cobbles": "cobbles", "surface.grass_paver": "grass pavers",
    "surface.unpaved": "unpaved", "surface.gravel": "gravel", "surface.ground": "earth", "surface.grass": "grass",
    "surface.sand": "sand", "surface.mud": "mud",
    "smoothness.excellent": "perfectly smooth", "smoothness.good": "even", "smoothness.intermediate": "small joints and cracks",
    "smoothness.bad": "bumpy", "smoothness.very_bad": "holes and roots", "smoothness.horrible": "very rough",
    "smoothness.very_horrible": "for cross-country vehicles only", "smoothness.impassable": "impassable on wheels", "barrier.gate": "a gate", "barrier.bollard": "a bollard",
    "barrier.cycle_barrier": "a cycle barrier", "barrier.block": "a block", "barrier.stile": "a stile",
    "barrier.turnstile": "a turnstile", "barrier.kissing_gate": "a kissing gate", "barrier.lift_gate": "a lift gate",
    "barrier.chain": "a chain", "barrier.other": "a barrier",
    "limit.KERB_UP": "kerb up: {value} cm, you want at most {limit} cm",
    "limit.KERB_DOWN": "kerb down: {value} cm, you want at most {limit} cm",
    "limit.INCLINE_UP": "slope up: {value} %, you want at most {limit} %",
    "limit.INCLINE_DOWN": "slope down: {value} %, you want at most {limit} %",
    "limit.STEEP_LENGTH": "steep stretch: {value} m long, you want at most {limit} m",
    "limit.TURNING": "room to turn: {value} cm, you need {limit} cm",
    "what.TURNING": "room to turn", "change.turning_cm": "{value} cm to turn in",
    "limit.WIDTH": "narrow place: {value} cm, you need {limit} cm", "limit.SURFACE": "ground: {word}",
    "limit.SMOOTHNESS": "uneven ground: {word}", "limit.TRACKTYPE": "track, grade {value}",
    "limit.STEPS": "{value} steps", "limit.STEPS.unknown": "steps, number unknown",
    "limit.HANDRAIL": "steps without a handrail", "limit.LIFT": "lift",
    "limit.ESCALATOR": "escalator", "limit.CROSSING": "crossing without sufficient protection",
    "limit.SOUND": "signals without sound", "limit.TACTILE": "crossing without tactile paving",
    "limit.ISLAND": "crossing without island", "limit.LIGHT": "not lit", "limit.BARRIER": "barrier: {word}",
    "limit.WHEELCHAIR_NO": "known as not accessible by wheelchair", "limit.CLOSED": "closed",
    "limit.unknown": "not known: {what}", "what.SURFACE": "ground", "what.SMOOTHNESS": "evenness",
    "what.WIDTH": "width", "what.INCLINE_UP": "slope", "what.KERB_UP": "height of the kerb",
    "what.STEPS": "number of steps", "what.CROSSING": "kind of crossing", "what.LIGHT": "light",
    "at": "{what} ({place})", "unnamed": "way without a name",
    "why.none": "Found no way that keeps your limits.",
    "why.closest": "The way with the fewest obstacles is {distance} long. In the way: {list}.",
    "why.help": "With {changes} you would arrive, length {distance}.",
    "why.nothing": "No way leads there even without limits: start and end are not connected on the map.",
    "why.detour": "Your way is {distance} longer than the shortest. It avoids: {list}.",
    "why.direct": "Your way is as short as possible.", "change.kerb_up_mm": "kerbs up to {value} cm",
    "change.kerb_down_mm": "kerbs of {value} cm down", "change.incline_up_permille": "slopes of {value} %",
    "change.incline_down_permille": "slopes of {value} % down", "change.width_cm": "a width of {value} cm",
    "change.steps": "{value} steps", "change.surface": "{word} as ground", "change.smoothness": "ground of evenness {word}",
    "change.steep_metres": "steep stretches of {value} m", "change.unknown": "ways of which not everything is known",
    "and": " and ",
    "obstacle.lift": "lift out of order", "obstacle.works": "works", "obstacle.festival": "festival or market",
    "obstacle.parked_cars": "parked vehicles", "obstacle.ice": "ice or snow", "obstacle.hours": "open at certain times only, closed now ({rule})",
    "obstacle.hours_unread": "a rule that we cannot evaluate applies here: {rule}", "obstacle.other": "an obstacle", "obstacle.more": "and {count} more",
    "obstacle.reported": "{what}: reported, not confirmed",
})  # fmt: skip

EASY: Final = Table(DE | {
    "depart": "Geh los. Geh {heading}. Du bist {way}", "turn.straight": "Geh geradeaus. Du bist {way}",
    "turn.left": "Geh nach links. Du bist {way}", "turn.right": "Geh nach rechts. Du bist {way}",
    "turn.slight_left": "Geh ein bisschen nach links. Du bist {way}",
    "turn.slight_right": "Geh ein bisschen nach rechts. Du bist {way}",
    "turn.sharp_left": "Geh scharf nach links. Du bist {way}",
    "turn.sharp_right": "Geh scharf nach rechts. Du bist {way}", "turn.u_turn": "Dreh um. Du bist {way}",
    "for": ". Geh {distance}.", "goal": "Du bist da.", "goal.leg": "Du bist am ersten Ziel.",
    "landmark": " Da siehst du: {name}.", "border": "Hier fängt ein anderer Ort an: {name}.",
    "living_street.named": "in der Straße: {name}", "carriageway.named": "auf der Straße: {name}",
    "carriageway": "auf der Straße", "track": "auf einem Feld-Weg", "cross": "Geh über die Straße{name}{how}.",
    "crossing.unknown": "", "crossing.unmarked": ". Pass auf: Da ist keine Ampel",
    "crossing.marked": ". Da ist ein Zebra-Streifen", "crossing.signals": ". Da ist eine Ampel",
    "sound": ". Die Ampel macht Töne", "no_sound": ". Die Ampel macht keine Töne",
    "tactile": ". Am Boden sind Streifen zum Fühlen", "island": ". In der Mitte ist eine Insel",
    "steps.up": "Geh die Treppe hoch", "steps.down": "Geh die Treppe runter", "steps": "Geh über die Treppe",
    "steps.count": ". Die Treppe hat {count} Stufen", "steps.unknown": "", "handrail": ". Du kannst dich festhalten",
    "no_handrail": ". Du kannst dich nicht festhalten", "up": "Es geht bergauf.", "down": "Es geht bergab.",
    "kerb_up": "Da ist eine Kante. Die Kante ist {cm} Zentimeter hoch.",
    "kerb_down": "Da geht es eine Kante runter. Die Kante ist {cm} Zentimeter hoch.",
    "kerb_unknown": "Da ist vielleicht eine Kante.", "surface": "Der Boden ist jetzt: {surface}.",
    "barrier": "Pass auf: Da ist {barrier}.", "unverified": "Wir kennen nicht den ganzen Weg.",
    "bench": "Hier ist eine Bank.", "sum.up": "Es geht bergauf", "sum.down": "Es geht bergab",
    "sum.unverified": "{distance} kennen wir nicht genau",
    "why.none": "Wir haben keinen Weg für dich gefunden.",
    "why.closest": "Der beste Weg ist {distance} lang. Diese Dinge sind im Weg: {list}.",
    "why.help": "Geht das für dich: {changes}? Dann kommst du an. Der Weg ist {distance} lang.",
    "why.nothing": "Da führt kein Weg hin.",
    "why.detour": "Dein Weg ist {distance} länger. So musst du hier nicht durch: {list}.",
    "why.direct": "Das ist der kürzeste Weg.",
    "obstacle.lift": "Der Aufzug ist kaputt", "obstacle.works": "Da ist eine Bau-Stelle",
    "obstacle.festival": "Da ist ein Fest", "obstacle.parked_cars": "Da stehen Autos im Weg",
    "obstacle.ice": "Da ist es glatt", "obstacle.hours": "Hier ist jetzt zu", "obstacle.hours_unread": "Hier gilt eine Regel. Wir verstehen sie nicht: {rule}",
    "obstacle.other": "Da ist etwas im Weg", "obstacle.more": "und noch {count} andere",
    "obstacle.reported": "{what}. Jemand hat das gesagt. Wir haben es nicht geprüft",
})  # fmt: skip

LANGUAGES: Final[dict[str, Table]] = {"de": DE, "en": EN, "de-easy": EASY}

SMOOTHNESS_KEYS: Final = [f"smoothness.{item.name.lower()}" for item in Smoothness]
SURFACE_KEYS: Final = [f"surface.{item.name.lower()}" for item in Surface]
TURN_KEYS: Final = {item: f"turn.{item.name.lower()}" for item in Turn}
CROSSING_KEYS: Final = [f"crossing.{item.name.lower()}" for item in Crossing]
BARRIER_KEYS: Final = [f"barrier.{item.name.lower()}" for item in Barrier]
WAY_KEYS: Final = {
    Manner.PAVEMENT: "pavement", Manner.FOOTPATH: "footpath", Manner.CARRIAGEWAY: "carriageway",
    Manner.LINK: "footpath",
}  # fmt: skip


def table(language: str | None) -> Table:
    """The table of a language; regional variants fall back to theirs, unknown ones to English."""
    if not language:
        return DE
    code = language.lower().replace("_", "-")
    return LANGUAGES.get(code) or LANGUAGES.get(code.split("-")[0]) or EN
