# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of directions in German, English and easy language, as one table. A language is a dictionary; to add one,
add a dictionary with the same keys (a test compares them).

Easy language follows DIN SPEC 33429 (2023) and the rules of Netzwerk Leichte Sprache: one thought a sentence, no
relative clauses, figures instead of words. German addresses the reader with "du".
"""

from typing import Final

from ..vocabulary import Barrier, Crossing, Kind, Smoothness, Surface
from . import reason_phrases
from .facts import Level
from .route import Turn
from .told import Manner


class Table(dict[str, str]):
    """The phrases of one language by key. There is one of each, so that it may stand for itself in a cache."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


DE: Final = Table(reason_phrases.DE | {
    "depart": "Geh {heading} {way}", "turn.straight": "Geh geradeaus weiter {way}",
    "turn.left": "Bieg links ab {onto}", "turn.right": "Bieg rechts ab {onto}",
    "turn.slight_left": "Geh leicht links weiter {way}", "turn.slight_right": "Geh leicht rechts weiter {way}",
    "turn.sharp_left": "Bieg scharf links ab {onto}", "turn.sharp_right": "Bieg scharf rechts ab {onto}",
    "turn.u_turn": "Kehr um {way}", "for": ", {distance}{ground}.", "goal": "Du bist am Ziel.",
    "goal.leg": "Du bist am Zwischenziel.", "landmark": " An der Ecke: {name}.", "border": "Hier beginnt: {name}.",
    "pavement.named": "auf dem Gehweg: {name}", "pavement.side": "auf dem {side} Gehweg: {name}",
    "pavement": "auf dem Gehweg", "footpath.named": "auf dem Weg: {name}", "footpath": "auf dem Fußweg",
    "carriageway.named": "auf der Fahrbahn (kein Gehweg): {name}", "carriageway": "auf der Fahrbahn (kein Gehweg)",
    "service": "auf dem Fahrweg", "onto.service": "auf den Fahrweg", "street": "die Straße entlang", "onto.street": "in die Straße",
    "along.feminine": "die {name} entlang", "along.masculine": "den {name} entlang", "along.other": "die Straße entlang: {name}",
    "through.feminine": "durch die {name}", "through.masculine": "durch den {name}", "through.other": "durch die Straße: {name}",
    "into.feminine": "in die {name}", "into.masculine": "in den {name}", "into.other": "in die Straße: {name}",
    "cycleway": "auf dem Radweg", "cycleway.named": "auf dem Radweg: {name}", "onto.cycleway": "auf den Radweg",
    "onto.cycleway.named": "auf den Radweg: {name}",
    "track": "auf dem Feld- oder Waldweg",
    "onto.pavement.named": "auf den Gehweg: {name}", "onto.pavement.side": "auf den {side} Gehweg: {name}",
    "onto.pavement": "auf den Gehweg", "onto.footpath.named": "auf den Weg: {name}", "onto.footpath": "auf den Fußweg",
    "onto.carriageway.named": "auf die Fahrbahn (kein Gehweg): {name}", "onto.carriageway": "auf die Fahrbahn (kein Gehweg)",
    "onto.track": "auf den Feld- oder Waldweg",
    "onto.platform": "auf den Steig", "onto.platform.named": "auf den Steig: {name}", "onto.corridor": "in den Gang",
    "onto.corridor.named": "in den Gang: {name}", "first": "Geh zuerst {heading}. ",
    "left": "linken", "right": "rechten",
    "cross": "Überquere{street}{how}.", "cross.nameless": " die Straße", "cross.feminine": " die {name}",
    "cross.masculine": " den {name}", "cross.other": " die Straße: {name}",
    "cross.name": ": {name}",
    "crossing.unknown": " an der Querungsstelle", "crossing.unmarked": " (keine Querungshilfe bekannt)",
    "crossing.marked": " auf dem Überweg", "crossing.signals": " an der Ampel", "sound": ", mit Ton",
    "no_sound": ", ohne Ton", "tactile": ", mit Leitstreifen am Boden", "island": ", mit Mittelinsel",
    "steps.up": "Geh die Treppe{place} hinauf", "steps.down": "Geh die Treppe{place} hinunter", "steps": "Geh über die Treppe{place}",
    "and.left": "Bieg links ab und ", "and.right": "Bieg rechts ab und ",
    "steps.count": ", {count} Stufen", "steps.unknown": ", Zahl der Stufen unbekannt", "handrail": ", mit Handlauf",
    "no_handrail": ", ohne Handlauf", "ramp.wheels": ", mit Rampe für Rollstühle", "ramp.pram": ", mit Rampe für Kinderwagen",
    "lift": "Fahr mit dem Aufzug{name}{storey}.", "escalator": "Fahr mit der Rolltreppe{storey}.",
    "storey.tunnel_down": ", hinunter in die Unterführung", "storey.tunnel_up": ", hinauf aus der Unterführung",
    "storey.bridge_up": ", hinauf auf die Brücke", "storey.bridge_down": ", hinunter von der Brücke",
    "storey.up": ", hinauf auf Ebene {storey}", "storey.down": ", hinunter auf Ebene {storey}",
    "platform": "auf dem Steig", "platform.named": "auf dem Steig: {name}", "corridor": "durch den Gang",
    "corridor.named": "durch den Gang: {name}", "square": "und überquere den Platz", "square.named": "und überquere den Platz: {name}",
    "square.masculine": "und überquere den {name}", "rim": "am Rand entlang: {name}", "onto.rim": "und geh am Rand entlang: {name}",
    "ferry": "Fahr mit der Fähre{name}.",
    "up": "Es geht bis zu {percent} % bergauf.", "down": "Es geht bis zu {percent} % bergab.",
    "kerb_up": "Bordstein {cm} cm hinauf.", "kerb_down": "Bordstein {cm} cm hinunter.",
    "kerb_unknown": "Höhe des Bordsteins unbekannt.",
    "kerb_unknown_too": "Höhe eines weiteren Bordsteins unbekannt.", "surface": "Ab hier: {surface}.",
    "ground.all": ", ganz auf {ground}", "ground.most": ", größtenteils auf {ground}",
    "ground.some": ", davon {distance} auf {ground}", "unverified.all": "Nichts davon ist geprüft.",
    "barrier": "Achtung, im Weg: {barrier}.", "unverified": "{distance} davon sind nicht geprüft.",
    "bench": "Unterwegs steht eine Bank.",
    "sum.minutes": "{minutes} Minuten", "sum.minute": "1 Minute", "sum.up": "steilste Stelle {percent} % bergauf",
    "sum.down": "steilste Stelle {percent} % bergab", "sum.kerb": "1 Bordstein von {cm} cm",
    "sum.kerbs": "{count} Bordsteine bis {cm} cm", "sum.kerbs_unknown": "{count} Bordsteine unbekannter Höhe",
    "sum.kerb_unknown": "1 Bordstein unbekannter Höhe", "sum.steps": "{count} Stufen", "sum.steps_about": "etwa {count} Stufen", "sum.rough": "{distance} {surface}", "sum.unverified": "{distance} nicht geprüft",
    "sum.unverified.all": "nichts davon geprüft",
    "decimal": ",",
    "heading.0": "nach Norden", "heading.1": "nach Nordosten", "heading.2": "nach Osten", "heading.3": "nach Südosten",
    "heading.4": "nach Süden", "heading.5": "nach Südwesten", "heading.6": "nach Westen",
    "heading.7": "nach Nordwesten",
    "surface.asphalt": "Asphalt", "surface.paved": "befestigt", "surface.concrete": "Beton",
    "surface.paving_stones": "Pflastersteine", "surface.plates": "Platten", "surface.wood": "Holz",
    "surface.metal": "Metall", "surface.sett": "Steinpflaster", "surface.fine_gravel": "feiner Schotter",
    "surface.compacted": "fester Sand und Kies", "surface.cobbles": "Kopfsteinpflaster",
    "surface.grass_paver": "Rasengitter", "surface.unpaved": "unbefestigter Boden", "surface.gravel": "Schotter",
    "surface.ground": "Erde", "surface.grass": "Gras", "surface.sand": "Sand", "surface.mud": "Schlamm",
    "ground.fine_gravel": "feinem Schotter", "ground.compacted": "festem Sand und Kies",
    "ground.grass_paver": "Rasengittern", "ground.unpaved": "unbefestigtem Boden", "ground.paved": "befestigtem Boden",
    "ground.paving_stones": "Pflastersteinen",
    "smoothness.excellent": "spiegelglatt", "smoothness.good": "eben", "smoothness.intermediate": "kleine Fugen und Risse",
    "smoothness.bad": "holprig", "smoothness.very_bad": "Löcher und Wurzeln", "smoothness.horrible": "sehr grob",
    "smoothness.very_horrible": "nur für Geländewagen", "smoothness.impassable": "nicht befahrbar",
    "barrier.gate": "ein Tor", "barrier.bollard": "ein Poller", "barrier.cycle_barrier": "eine Umlaufsperre",
    "barrier.block": "ein Block", "barrier.stile": "ein Überstieg", "barrier.turnstile": "ein Drehkreuz",
    "barrier.kissing_gate": "ein Schwingtor", "barrier.lift_gate": "eine Schranke", "barrier.chain": "eine Kette",
    "barrier.other": "eine Sperre",
    "at": "{what} ({place})",
    "and": " und ",
    "obstacle.lift": "Aufzug außer Betrieb", "obstacle.works": "Baustelle", "obstacle.festival": "Fest oder Markt",
    "obstacle.parked_cars": "abgestellte Fahrzeuge", "obstacle.ice": "Eis oder Schnee",
    "obstacle.hours": "nur zu bestimmten Zeiten offen, jetzt geschlossen ({rule})",
    "obstacle.hours_unread": "hier gilt eine Regel, die wir nicht auswerten können: {rule}", "obstacle.other": "ein Hindernis", "obstacle.more": "und {count} weitere", "obstacle.reported": "{what}, gemeldet, nicht bestätigt",
    "obstacle.slow": "{what}, man kommt mit Mühe vorbei", "obstacle.wheels": "{what}, für Räder gesperrt",
    "obstacle.closed": "{what}, gesperrt", "met.after": "Achtung, nach {distance}: {what}.",
    "met.begin": "Achtung, gleich am Anfang: {what}.", "met.here": "Achtung: {what}.", "met.long": " Etwa {distance} lang.",
    "moved.start": "Der Weg an deinem Start ist gesperrt: {what}{until}. Deshalb beginnt deine Strecke {distance} entfernt{street}.",
    "moved.goal": "Der Weg an deinem Ziel ist gesperrt: {what}{until}. Deshalb endet deine Strecke {distance} davor{street}.",
    "moved.stop": "Der Weg an einem Zwischenziel ist gesperrt: {what}{until}. Deshalb kommst du nur auf {distance} heran{street}.",
    "moved.until": ", bis {moment}", "moved.street": " ({name})",
})  # fmt: skip

EN: Final = Table(reason_phrases.EN | {
    "depart": "Go {heading} {way}", "turn.straight": "Continue straight {way}", "turn.left": "Turn left {onto}",
    "turn.right": "Turn right {onto}", "turn.slight_left": "Bear left {way}", "turn.slight_right": "Bear right {way}",
    "turn.sharp_left": "Turn sharp left {onto}", "turn.sharp_right": "Turn sharp right {onto}",
    "turn.u_turn": "Turn back {way}", "for": ", {distance}{ground}.", "goal": "You have arrived.",
    "goal.leg": "You have reached the stop.", "landmark": " At the corner: {name}.", "border": "Here begins: {name}.",
    "pavement.named": "on the pavement: {name}", "pavement.side": "on the {side} pavement: {name}",
    "pavement": "on the pavement", "footpath.named": "on the way: {name}", "footpath": "on the footpath",
    "carriageway.named": "on the carriageway (no pavement): {name}", "carriageway": "on the carriageway (no pavement)",
    "service": "on the service road", "onto.service": "onto the service road", "street": "along the street", "onto.street": "into the street",
    "along.feminine": "along {name}", "along.masculine": "along {name}", "along.other": "along {name}",
    "through.feminine": "along {name}", "through.masculine": "along {name}", "through.other": "along {name}",
    "into.feminine": "into {name}", "into.masculine": "into {name}", "into.other": "into {name}",
    "cycleway": "on the cycle path", "cycleway.named": "on the cycle path: {name}", "onto.cycleway": "onto the cycle path",
    "onto.cycleway.named": "onto the cycle path: {name}",
    "track": "on the field or forest track",
    "onto.pavement.named": "onto the pavement: {name}", "onto.pavement.side": "onto the {side} pavement: {name}",
    "onto.pavement": "onto the pavement", "onto.footpath.named": "onto the way: {name}", "onto.footpath": "onto the footpath",
    "onto.carriageway.named": "onto the carriageway (no pavement): {name}", "onto.carriageway": "onto the carriageway (no pavement)",
    "onto.track": "onto the field or forest track",
    "onto.platform": "onto the platform", "onto.platform.named": "onto the platform: {name}",
    "onto.corridor": "into the corridor", "onto.corridor.named": "into the corridor: {name}",
    "first": "First go {heading}. ",
    "left": "left", "right": "right", "cross": "Cross{street}{how}.", "cross.nameless": " the street",
    "cross.feminine": " {name}", "cross.masculine": " {name}", "cross.other": " {name}",
    "cross.name": ": {name}",
    "crossing.unknown": " at the crossing", "crossing.unmarked": " (no crossing aid known)",
    "crossing.marked": " at the marked crossing", "crossing.signals": " at the traffic lights",
    "sound": ", with sound", "no_sound": ", without sound", "tactile": ", with tactile paving",
    "island": ", with an island", "steps.up": "Go up the steps{place}", "steps.down": "Go down the steps{place}",
    "and.left": "Turn left and ", "and.right": "Turn right and ", "steps": "Take the steps{place}", "steps.count": ", {count} steps", "steps.unknown": ", number of steps unknown",
    "handrail": ", with a handrail", "no_handrail": ", without a handrail", "ramp.wheels": ", with a ramp for wheelchairs", "ramp.pram": ", with a ramp for prams",
    "lift": "Take the lift{name}{storey}.",
    "storey.tunnel_down": ", down to the underpass", "storey.tunnel_up": ", up from the underpass",
    "storey.bridge_up": ", up to the bridge", "storey.bridge_down": ", down from the bridge",
    "escalator": "Take the escalator{storey}.", "storey.up": ", up to level {storey}",
    "storey.down": ", down to level {storey}", "platform": "on the platform", "platform.named": "on the platform: {name}",
    "corridor": "along the corridor", "corridor.named": "along the corridor: {name}", "square": "and cross the square",
    "square.named": "and cross {name}", "square.masculine": "and cross {name}", "rim": "along the edge of {name}",
    "onto.rim": "along the edge of {name}", "ferry": "Take the ferry{name}.", "up": "Uphill, up to {percent} %.",
    "down": "Downhill, up to {percent} %.", "kerb_up": "Kerb {cm} cm up.", "kerb_down": "Kerb {cm} cm down.",
    "kerb_unknown": "Height of the kerb unknown.", "kerb_unknown_too": "Height of another kerb unknown.", "surface": "From here on: {surface}.",
    "ground.all": ", all of it on {ground}", "ground.most": ", most of it on {ground}",
    "ground.some": ", {distance} of it on {ground}", "unverified.all": "None of it is verified.",
    "barrier": "Caution, in the way: {barrier}.", "unverified": "{distance} of it are not verified.",
    "bench": "There is a bench on the way.", "sum.minutes": "{minutes} minutes", "sum.minute": "1 minute",
    "sum.up": "steepest {percent} % uphill", "sum.down": "steepest {percent} % downhill",
    "sum.kerb": "1 kerb of {cm} cm", "sum.kerbs": "{count} kerbs up to {cm} cm",
    "sum.kerbs_unknown": "{count} kerbs of unknown height", "sum.kerb_unknown": "1 kerb of unknown height",
    "sum.steps": "{count} steps", "sum.steps_about": "about {count} steps",
    "sum.rough": "{distance} of {surface}", "sum.unverified": "{distance} not verified", "sum.unverified.all": "none of it verified", "decimal": ".",
    "heading.0": "north", "heading.1": "north-east", "heading.2": "east", "heading.3": "south-east",
    "heading.4": "south", "heading.5": "south-west", "heading.6": "west", "heading.7": "north-west",
    "surface.asphalt": "asphalt", "surface.paved": "paved", "surface.concrete": "concrete",
    "surface.paving_stones": "paving stones", "surface.plates": "slabs", "surface.wood": "wood",
    "surface.metal": "metal", "surface.sett": "setts", "surface.fine_gravel": "fine gravel",
    "surface.compacted": "compacted gravel", "surface.cobbles": "cobbles", "surface.grass_paver": "grass pavers",
    "surface.unpaved": "unpaved ground", "surface.gravel": "gravel", "surface.ground": "earth", "surface.grass": "grass",
    "surface.sand": "sand", "surface.mud": "mud",
    "ground.fine_gravel": "fine gravel",
    "ground.compacted": "compacted gravel", "ground.grass_paver": "grass pavers", "ground.unpaved": "unpaved ground", "ground.paved": "paved ground",
    "ground.paving_stones": "paving stones",
    "smoothness.excellent": "perfectly smooth", "smoothness.good": "even", "smoothness.intermediate": "small joints and cracks",
    "smoothness.bad": "bumpy", "smoothness.very_bad": "holes and roots", "smoothness.horrible": "very rough",
    "smoothness.very_horrible": "for cross-country vehicles only", "smoothness.impassable": "impassable on wheels", "barrier.gate": "a gate", "barrier.bollard": "a bollard",
    "barrier.cycle_barrier": "a cycle barrier", "barrier.block": "a block", "barrier.stile": "a stile",
    "barrier.turnstile": "a turnstile", "barrier.kissing_gate": "a kissing gate", "barrier.lift_gate": "a lift gate",
    "barrier.chain": "a chain", "barrier.other": "a barrier",
    "at": "{what} ({place})",
    "and": " and ",
    "obstacle.lift": "lift out of order", "obstacle.works": "works", "obstacle.festival": "festival or market",
    "obstacle.parked_cars": "parked vehicles", "obstacle.ice": "ice or snow", "obstacle.hours": "open at certain times only, closed now ({rule})",
    "obstacle.hours_unread": "a rule that we cannot evaluate applies here: {rule}", "obstacle.other": "an obstacle", "obstacle.more": "and {count} more",
    "obstacle.reported": "{what}, reported, not confirmed", "obstacle.slow": "{what}, one can pass with effort",
    "obstacle.wheels": "{what}, closed for wheels", "obstacle.closed": "{what}, closed",
    "met.after": "Caution, after {distance}: {what}.", "met.begin": "Caution, right at the beginning: {what}.",
    "met.here": "Caution: {what}.", "met.long": " About {distance} long.",
    "moved.start": "The way at your start is closed: {what}{until}. So yours begins {distance} away{street}.",
    "moved.goal": "The way at your destination is closed: {what}{until}. So yours ends {distance} before it{street}.",
    "moved.stop": "The way at a stop is closed: {what}{until}. So yours only comes within {distance} of it{street}.",
    "moved.until": ", until {moment}", "moved.street": " ({name})",
})  # fmt: skip

EASY: Final = Table(DE | reason_phrases.EASY | {
    "depart": "Geh los. Geh {heading}. Du bist {way}", "turn.straight": "Geh geradeaus. Du bist {way}",
    "turn.left": "Geh nach links. Du bist {way}", "turn.right": "Geh nach rechts. Du bist {way}",
    "turn.slight_left": "Geh ein bisschen nach links. Du bist {way}",
    "turn.slight_right": "Geh ein bisschen nach rechts. Du bist {way}",
    "turn.sharp_left": "Geh scharf nach links. Du bist {way}",
    "turn.sharp_right": "Geh scharf nach rechts. Du bist {way}", "turn.u_turn": "Dreh um. Du bist {way}",
    "for": ". Geh {distance}{ground}.", "goal": "Du bist da.", "goal.leg": "Du bist am Zwischen-Ziel.",
    "landmark": " An der Ecke ist: {name}.", "first": "Geh zuerst {heading}. ", "platform": "an der Haltestelle",
    "platform.named": "an der Haltestelle: {name}", "border": "Hier fängt ein anderer Ort an: {name}.",
    "square": "auf dem Platz", "square.named": "auf dem Platz: {name}", "square.masculine": "auf dem {name}", "rim": "am Rand vom Platz: {name}",
    "carriageway.named": "auf der Straße: {name}. Da ist kein Geh-Weg",
    "carriageway": "auf der Straße. Da ist kein Geh-Weg", "service": "auf einem Fahr-Weg", "street": "in der Straße",
    "along.feminine": "in der Straße: {name}", "along.masculine": "in der Straße: {name}", "along.other": "in der Straße: {name}",
    "through.feminine": "in der Straße: {name}", "through.masculine": "in der Straße: {name}", "through.other": "in der Straße: {name}",
    "and.left": "Geh nach links. ", "and.right": "Geh nach rechts. ", "cycleway": "auf dem Rad-Weg", "cycleway.named": "auf dem Rad-Weg: {name}",
    "track": "auf einem Feld-Weg", "cross": "Geh über{street}{how}.",
    "crossing.unknown": "", "crossing.unmarked": ". Pass auf: Wir wissen von keiner Ampel",
    "crossing.marked": ". Da ist ein Zebra-Streifen", "crossing.signals": ". Da ist eine Ampel",
    "sound": ". Die Ampel macht Töne", "no_sound": ". Die Ampel macht keine Töne",
    "tactile": ". Am Boden sind Streifen zum Fühlen", "island": ". In der Mitte ist eine Insel",
    "steps.up": "Geh die Treppe{place} hoch", "steps.down": "Geh die Treppe{place} runter", "steps": "Geh über die Treppe{place}",
    "steps.count": ". Die Treppe hat {count} Stufen", "steps.unknown": "", "handrail": ". Du kannst dich festhalten",
    "no_handrail": ". Du kannst dich nicht festhalten", "ramp.wheels": ". Da ist eine Rampe für Roll-Stühle",
    "ramp.pram": ". Da ist eine Rampe für Kinder-Wagen", "up": "Es geht bergauf.", "down": "Es geht bergab.",
    "kerb_up": "Da ist eine Kante. Die Kante ist {cm} Zentimeter hoch.",
    "kerb_down": "Da geht es eine Kante runter. Die Kante ist {cm} Zentimeter hoch.",
    "kerb_unknown": "Da ist vielleicht eine Kante.", "surface": "Der Boden ist jetzt: {surface}.",
    "ground.all": ". Der Boden ist dort: {ground}", "ground.most": ". Der Boden ist dort meist: {ground}",
    "ground.some": ". Auf {distance} ist der Boden: {ground}", "ground.fine_gravel": "feiner Schotter",
    "ground.compacted": "fester Sand", "ground.grass_paver": "Rasen-Gitter", "ground.unpaved": "nicht fest", "ground.paved": "fest", "ground.paving_stones": "Pflaster-Steine", "unverified.all": "Wir kennen diesen Weg nicht genau.",
    "barrier": "Pass auf: Da ist {barrier}.", "unverified": "Wir kennen nicht den ganzen Weg.",
    "bench": "Hier ist eine Bank.", "sum.kerb": "1 Kante mit {cm} Zentimetern", "sum.kerbs": "{count} Kanten bis {cm} Zentimeter", "sum.kerb_unknown": "vielleicht 1 Kante",
    "sum.kerbs_unknown": "vielleicht {count} Kanten", "sum.up": "Es geht bergauf", "sum.down": "Es geht bergab",
    "sum.unverified": "{distance} kennen wir nicht genau", "sum.unverified.all": "den ganzen Weg kennen wir nicht genau",
    "storey.tunnel_down": ". Fahr nach unten in den Tunnel", "storey.tunnel_up": ". Fahr nach oben aus dem Tunnel",
    "storey.bridge_up": ". Fahr nach oben auf die Brücke", "storey.bridge_down": ". Fahr nach unten von der Brücke",
    "storey.up": ". Fahr nach oben. Steig aus auf Ebene {storey}",
    "storey.down": ". Fahr nach unten. Steig aus auf Ebene {storey}",
    "obstacle.lift": "Der Aufzug ist kaputt", "obstacle.works": "Da ist eine Bau-Stelle",
    "obstacle.festival": "Da ist ein Fest", "obstacle.parked_cars": "Da stehen Autos im Weg",
    "obstacle.ice": "Da ist es glatt", "obstacle.hours": "Hier ist jetzt zu", "obstacle.hours_unread": "Hier gilt eine Regel. Wir verstehen sie nicht: {rule}",
    "obstacle.other": "Da ist etwas im Weg", "obstacle.more": "und noch {count} andere",
    "obstacle.reported": "{what}. Jemand hat das gesagt. Wir haben es nicht geprüft",
    "obstacle.slow": "{what}. Du kommst nur schwer vorbei", "obstacle.wheels": "{what}. Mit Rädern kommst du nicht durch",
    "obstacle.closed": "{what}. Da kommst du nicht durch", "met.after": "Pass auf nach {distance}. {what}.",
    "met.begin": "Pass auf gleich am Anfang. {what}.", "met.here": "Pass auf. {what}.",
    "met.long": " Das sind etwa {distance}.",
    "moved.start": "Am Start ist etwas zu: {what}{until}. Dein Weg fängt {distance} weiter an{street}.",
    "moved.goal": "Am Ziel ist etwas zu: {what}{until}. Dein Weg hört {distance} vorher auf{street}.",
    "moved.stop": "An einem Zwischen-Ziel ist etwas zu: {what}{until}. Du kommst nur auf {distance} heran{street}.",
})  # fmt: skip

LANGUAGES: Final[dict[str, Table]] = {"de": DE, "en": EN, "de-easy": EASY}

SMOOTHNESS_KEYS: Final = [f"smoothness.{item.name.lower()}" for item in Smoothness]
SURFACE_KEYS: Final = [f"surface.{item.name.lower()}" for item in Surface]
TURN_KEYS: Final = {item: f"turn.{item.name.lower()}" for item in Turn}
CROSSING_KEYS: Final = [f"crossing.{item.name.lower()}" for item in Crossing]
LEVEL_KEYS: Final = {item: f"storey.{item.name.lower()}" for item in Level if item}
BARRIER_KEYS: Final = [f"barrier.{item.name.lower()}" for item in Barrier]
WAY_KEYS: Final = {
    Manner.PAVEMENT: "pavement", Manner.FOOTPATH: "footpath", Manner.CARRIAGEWAY: "street",
    Manner.LINK: "footpath", Manner.SQUARE: "footpath",
}  # fmt: skip


KIND_KEYS: Final = {
    Kind.PLATFORM: "platform",
    Kind.CORRIDOR: "corridor",
    Kind.CYCLEWAY: "cycleway",
    Kind.TRACK: "track",
    Kind.SERVICE: "service",
    Kind.BARE_STREET: "carriageway",
}


def table(language: str | None) -> Table:
    """The table of a language; regional variants fall back to theirs, unknown ones to English."""
    if not language:
        return DE
    code = language.lower().replace("_", "-")
    return LANGUAGES.get(code) or LANGUAGES.get(code.split("-")[0]) or EN
