# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Demonstration content for Kaiserslautern."""

from __future__ import annotations

from stadtherz.services.participation.demo.content import DemoAnswer, DemoComment, DemoIdea, DemoProcess

# fmt: off

CATEGORIES = (
    ("green", "Grün und Klima", "Green and climate", "tree"),
    ("ways", "Wege und Verkehr", "Ways and traffic", "bike"),
    ("play", "Spiel und Sport", "Play and sports", "ball"),
    ("culture", "Kultur und Feste", "Culture and festivals", "music"),
    ("together", "Miteinander", "Living together", "people"),
    ("digital", "Digitales", "Digital services", "screen"),
)

IDEAS = (
    DemoIdea(
        "Lautern tanzt: Musik und Tanz auf dem Stiftsplatz",
        "Einen Sommerabend lang gehört der Stiftsplatz allen, die tanzen wollen. Eine Anlage, ein paar Lichter, Tanzschulen zeigen "
        "die ersten Schritte. Ohne Eintritt, ohne Anmeldung, für Kinder wie für Ältere. Wer nicht tanzt, schaut zu.",
        "culture", "Drehwurm", 620, 214, 31, 95, 80, "Stiftsplatz",
        (
            DemoAnswer(21, "in_review", "Wir prüfen Termin, Lärmschutz und Strom am Platz.", "Referat Kultur"),
            DemoAnswer(75, "planned", "Die Abstimmung hat deine Idee gewonnen. Wir planen einen Abend im Sommer.", "Referat Kultur"),
            DemoAnswer(190, "done", "Es wurde getanzt, bis die Lichter ausgingen. Danke an alle, die dabei waren.", "Referat Kultur"),
        ),
        (
            DemoComment("Barbarossa68", "Bitte auch etwas Langsames spielen, dann kommen wir mit der ganzen Straße.",
                        (DemoComment("Drehwurm", "Ist notiert: Die erste Stunde wird ruhig."),)),
            DemoComment("Taktgefühl", "Gebärdensprache auf der Bühne wäre schön. Musik spürt man auch durch den Boden."),
        ),
    ),
    DemoIdea(
        "Straßenmalerei in 3D auf dem Stiftsplatz",
        "Ein Bild auf dem Pflaster, das von einer Stelle aus aussieht wie ein Abgrund, ein Fluss oder ein Fisch. Kinder malen am Rand "
        "mit. Der Regen nimmt es wieder mit, und im nächsten Jahr kommt ein neues.",
        "culture", "Kreidekind", 615, 187, 12, 110, 95, "Stiftsplatz",
        (
            DemoAnswer(30, "planned", "Auch diese Idee hat in der Abstimmung gewonnen. Wir laden eine Künstlerin ein.", "Referat Kultur"),
            DemoAnswer(170, "done", "Drei Tage lang entstand das Bild, und viele haben mitgemalt.", "Referat Kultur"),
        ),
        (DemoComment("Pflasterstein", "Bitte im Schatten, letztes Jahr war der Platz an heißen Tagen leer."),),
    ),
    DemoIdea(
        "Crossboule in der Innenstadt",
        "Crossboule braucht keine Bahn: weiche Kugeln, jede Treppe und jede Bank spielt mit. Die Stadt verleiht ein paar Sätze und "
        "lädt zu einem Turnier quer durch die Fußgängerzone ein.",
        "play", "Kugelblitz", 610, 163, 8, -60, 20, "Fußgängerzone",
        (
            DemoAnswer(30, "planned", "Die dritte Siegerin der Abstimmung. Wir beschaffen zehn Sätze Kugeln.", "Referat Jugend und Sport"),
            DemoAnswer(140, "done", "Das Turnier ist gespielt, die Kugeln kannst du jetzt ausleihen.", "Referat Jugend und Sport"),
        ),
    ),
    DemoIdea(
        "Eine Sportbox im Volkspark",
        "Wer keinen Verein hat, hat auch keine Bälle, Matten und Hanteln. Eine Box im Park, die man mit dem Telefon öffnet, würde "
        "reichen: eine Stunde umsonst, danach alles zurücklegen.",
        "play", "Parkläuferin", 560, 241, 17, 780, -160, "Volkspark",
        (
            DemoAnswer(14, "in_review", "Wir suchen einen Platz mit Strom und guter Sicht.", "Referat Jugend und Sport"),
            DemoAnswer(60, "planned", "Der Standort steht fest: am Weg beim großen Spielplatz.", "Referat Jugend und Sport"),
            DemoAnswer(200, "done", "Die Box steht. Du buchst sie stundenweise und kostenlos.", "Referat Jugend und Sport"),
        ),
        (
            DemoComment("Spätschicht", "Geht das auch ohne Telefon? Meine Mutter würde gern Boule spielen.",
                        (DemoComment("Parkläuferin", "Ja, bitte auch eine Ausleihe im Bürgercenter dazu."),)),
        ),
    ),
    DemoIdea(
        "Theatergarten statt Steinfläche",
        "Der Platz vor dem Theater ist im Sommer ein Backofen. Mehr Bäume, Beete und Stühle, die man umstellen darf. Aus der Pause "
        "wird ein Garten, und auch ohne Karte setzt man sich gern hin.",
        "green", "Parkettplatz", 540, 268, 44, 170, 150, "Theatervorplatz",
        (
            DemoAnswer(45, "in_review", "Zwei Werkstätten mit rund 80 Menschen haben über 300 Vorschläge gesammelt. Daraus entstehen drei Entwürfe.", "Referat Stadtentwicklung"),
            DemoAnswer(260, "planned", "In der Abstimmung bekam der Entwurf „Theatergarten“ über 800 Stimmen, knapp 60 Prozent. Er wird weiter geplant.", "Referat Stadtentwicklung"),
        ),
        (
            DemoComment("Schattensucher", "Bitte Bäume, die Hitze aushalten, und Bänke mit Lehne.",
                        (DemoComment("Parkettplatz", "Und einige ohne Armlehne in der Mitte, damit man mit dem Rollstuhl heranfahren kann."),)),
            DemoComment("Nachbar vom Eck", "Wohin mit den Markttagen? Der Platz muss auch mal leer sein können."),
            DemoComment("Gießkanne", "Ich würde eine Patenschaft für ein Beet übernehmen."),
        ),
    ),
    DemoIdea(
        "Trinkbrunnen an fünf Plätzen",
        "An heißen Tagen gibt es in der Innenstadt kein kostenloses Wasser. Fünf Brunnen an Plätzen, an denen man ohnehin vorbeikommt, mit "
        "einem niedrigen Becken für Kinder und Hunde.",
        "green", "Durstlöscher", 118, 132, 26, -30, 60, "Fackelrondell",
        (
            DemoAnswer(20, "in_review", "Die Stadtwerke prüfen, wo eine Leitung liegt. Ergebnis bis Ende des Jahres.", "Referat Umweltschutz"),
        ),
        (DemoComment("Taubenfreund", "Bitte so, dass ich meine Flasche darunter bekomme."),),
    ),
    DemoIdea(
        "Bordsteine an der Haltestelle Stadtmitte absenken",
        "Zwischen Haltestelle und Überweg sind es sechs Zentimeter. Mit Rollator oder Rollstuhl ist das eine Wand. Drei Zentimeter mit "
        "tastbarer Kante helfen allen, auch denen, die nicht sehen.",
        "ways", "Rollatorqueen", 96, 171, 63, 40, -40, "Haltestelle Stadtmitte",
        (
            DemoAnswer(10, "in_review", "Wir messen die Kanten an allen Überwegen der Haltestelle nach.", "Referat Tiefbau"),
            DemoAnswer(52, "planned", "Der Umbau ist für das Frühjahr vorgesehen. Drei Überwege bekommen eine Absenkung mit Leitstreifen.", "Referat Tiefbau"),
        ),
        (
            DemoComment("Langstock", "Bitte nicht auf null absenken. Ich brauche eine Kante, die ich fühle.",
                        (DemoComment("Rollatorqueen", "Genau deshalb drei Zentimeter. Danke dir."),)),
            DemoComment("Kinderwagenkolonne", "Betrifft auch uns, jeden Morgen."),
        ),
    ),
    DemoIdea(
        "Sicherer Radweg zum Hauptbahnhof",
        "Auf der Straße zum Bahnhof endet der Radstreifen mitten in der Kurve. Wer weiterfährt, fährt zwischen Bus und parkenden Autos. Ein "
        "durchgehender Streifen auf einer Seite würde reichen.",
        "ways", "Klingelfee", 83, 146, 4, -120, -560, "Bahnhofstraße",
        (DemoAnswer(18, "in_review", "Der Abschnitt steht im Radverkehrskonzept. Wir prüfen, ob er vorgezogen werden kann.", "Referat Stadtentwicklung"),),
        (
            DemoComment("Linie 101", "Als Busfahrer: bitte mit Haltebucht planen, sonst stehen wir auf dem Streifen."),
            DemoComment("Speiche", "Im Winter bitte auch räumen."),
        ),
    ),
    DemoIdea(
        "Bänke alle 200 Meter auf dem Weg zum Friedhof",
        "Viele gehen den Weg zu Fuß und müssen unterwegs sitzen können. Heute steht die erste Bank nach 700 Metern. Mit Lehne, nicht zu "
        "niedrig und mit Platz für einen Rollator daneben.",
        "together", "Sitzfleisch", 77, 98, 71, 430, 330, "",
        (DemoAnswer(40, "planned", "Vier Bänke sind bestellt. Sie stehen bis zum Sommer.", "Referat Grünflächen"),),
        (DemoComment("Heidekraut", "Danke. Ich bin 84 und schaffe den Weg nur noch mit Pausen."),),
    ),
    DemoIdea(
        "Bücherschrank am Pfaffplatz",
        "Ein wetterfester Schrank, aus dem jede Person Bücher nehmen und in den sie welche stellen kann. Wir sind sechs Leute aus der "
        "Nachbarschaft und kümmern uns darum, dass er ordentlich bleibt.",
        "together", "Eselsohr", 70, 64, 9, -390, -180, "Pfaffplatz",
        (DemoAnswer(25, "planned", "Schöne Idee, und ihr kümmert euch selbst: Wir stellen den Schrank, ihr füllt ihn.", "Referat Kultur"),),
    ),
    DemoIdea(
        "Licht auf dem Weg durch den Stadtpark",
        "Nach 17 Uhr meide ich den Park, obwohl er mein kürzester Weg ist. Leuchten, die erst angehen, wenn jemand kommt, stören "
        "weder Fledermäuse noch Anwohnende.",
        "ways", "Nachtfalter", 61, 121, 15, -210, -270, "Stadtpark",
        (DemoAnswer(30, "in_review", "Wir probieren Leuchten mit Bewegungsmelder an einem Abschnitt aus und messen, was sie verbrauchen.", "Referat Tiefbau"),),
        (DemoComment("Fledermausohr", "Warmes Licht unter 2.700 Kelvin, bitte. Dann klappt das auch für die Tiere."),),
    ),
    DemoIdea(
        "Seilbahn vom Bahnhof auf den Betzenberg",
        "An Spieltagen staut sich alles. Eine kleine Seilbahn brächte Tausende ohne Auto hinauf und wäre das ganze Jahr eine Freude.",
        "ways", "Höhenluft", 58, 89, 2, 260, -620, "Betzenberg",
        (
            DemoAnswer(
                35, "declined",
                "Wir haben gerechnet: Bau und Betrieb kosten ein Vielfaches der Busse, die an 20 Tagen im Jahr zusätzlich fahren. Dafür bekommt die "
                "Treppe am Hang einen neuen Handlauf und mehr Licht.", "Referat Stadtentwicklung",
            ),
        ),
        (DemoComment("Westkurve", "Schade, aber danke für die Zahlen."),),
    ),
    DemoIdea(
        "Freies WLAN in den Wartebereichen der Ämter",
        "Wer wartet, könnte in der Zeit ein Formular ausfüllen oder etwas nachlesen. Im Rathaus gibt es kaum Empfang.",
        "digital", "Wartenummer 73", 49, 57, 1, 60, 190, "Rathaus",
        (DemoAnswer(12, "done", "Seit dieser Woche gibt es im Rathaus ein offenes Netz im Erdgeschoss und im ersten Stock.", "Referat Digitalisierung"),),
    ),
    DemoIdea(
        "Digitale Hilfe auch am Abend",
        "Die Ehrenamtlichen helfen älteren Menschen mit Telefon und Tablet, und das ist großartig. Wer noch arbeitet und seinen Eltern helfen "
        "will, kann aber nur nach 18 Uhr.",
        "digital", "Enkelin", 41, 39, 22, None, None, "",
        (),
        (DemoComment("Ehrenamt", "Ich könnte donnerstags. Sagt mir, wo ich mich melde."),),
    ),
    DemoIdea(
        "Wasserspielplatz an der Lauter",
        "Die Lauter fließt fast überall unter der Erde. An einer Stelle könnte sie für Kinder ans Licht kommen: flach, mit Steinen, Pumpe und "
        "Matsch. Im Sommer kühlt das die ganze Umgebung.",
        "play", "Matschhose", 36, 158, 19, 320, 240, "",
        (DemoAnswer(22, "in_review", "Wir klären mit der Wasserbehörde, wo der Bach offen liegen darf.", "Referat Umweltschutz"),),
        (
            DemoComment("Dreikäsehoch", "Mit Schatten! Und einer Toilette in der Nähe."),
            DemoComment("Bachstelze", "Gibt es Messungen, wie sauber das Wasser ist?"),
        ),
    ),
    DemoIdea(
        "Nette Toilette: mehr Schilder, mehr Läden",
        "Cafés und Läden, die ihre Toilette öffnen, bekommen etwas dafür. Ein gut sichtbarer Aufkleber und eine Karte würden vielen den Weg in "
        "die Stadt erst möglich machen.",
        "together", "Blasenschwach", 29, 74, 33, -90, 110, "Altstadt",
    ),
    DemoIdea(
        "Obstbäume auf den Wiesen am Stadtrand",
        "Kirschen, Äpfel und Birnen, die alle ernten dürfen. Schulklassen pflanzen, Vereine schneiden. Ein gelbes Band zeigt, welcher Baum frei ist.",
        "green", "Apfelkern", 24, 83, 11, -640, 350, "",
        (),
        (DemoComment("Imkerei", "Die Bienen freuen sich mit."),),
    ),
    DemoIdea(
        "Skatepark ausbessern",
        "Der Belag an der Rampe bricht auf, zwei Kanten stehen hoch. Es braucht keinen neuen Park, nur einen Nachmittag mit Fachleuten.",
        "play", "Ollie", 18, 47, 0, 510, -300, "",
    ),
    DemoIdea(
        "Musik für alle im Innenhof",
        "Im Sommer einmal im Monat: Musikschulen, Chöre und Bands spielen im Hof, Stühle bringt man selbst mit. Mit einer ruhigen Ecke für alle, "
        "denen es schnell zu laut wird.",
        "culture", "Zwischentöne", 12, 35, 6, 200, 60, "",
    ),
    DemoIdea(
        "Zebrastreifen vor der Grundschule",
        "Morgens queren hier über hundert Kinder. Tempo 30 gilt, wird aber selten gefahren. Ein Überweg mit Licht macht deutlich, wer Vorrang hat.",
        "ways", "Schulweg", 7, 66, 38, -310, 220, "",
        (),
        (DemoComment("Lotsin", "Ich stehe jeden Tag dort. Bitte schnell."),),
    ),
    DemoIdea(
        "Reparaturcafé im leeren Laden",
        "In der Fußgängerzone stehen Läden leer. Einer davon könnte samstags ein Reparaturcafé sein: Werkzeug, Kaffee, Leute, die sich auskennen.",
        "together", "Lötkolben", 3, 28, 0, -20, -60, "Fußgängerzone",
    ),
)

WAITING = (
    DemoIdea(
        "Hitzewarnung per Aushang",
        "Wer kein Telefon hat, erfährt von der Hitzewarnung nichts. Ein Aushang an Bushaltestellen und Apotheken am Tag davor würde helfen.",
        "green", "Sommerkleid", 1, 0, 0, 20, 30, "",
    ),
    DemoIdea(
        "Mehr Fahrradständer am Wochenmarkt",
        "Samstags ist jeder Zaun belegt. Zehn Bügel mehr, auch für Lastenräder, und der Weg für Rollstühle bliebe frei.",
        "ways", "Korbträgerin", 0, 0, 0, 105, 70, "Stiftsplatz",
    ),
)  # fmt: skip

PROCESSES = (
    DemoProcess(
        key="ideen",
        title={"de": "Ideen für Kaiserslautern", "en": "Ideas for Kaiserslautern", "de-easy": "Ideen für unsere Stadt"},
        summary={
            "de": "Was fehlt dir in der Stadt, was würde sie besser machen? Sag es uns, unterstütze andere und lies, was daraus wird.",
            "en": "What does the town lack, what would make it better? Tell us, support others and read what becomes of it.",
            "de-easy": "Hast du eine Idee für die Stadt? Sag es uns. Andere Menschen lesen deine Idee. Die Stadt gibt dir eine Antwort.",
        },
        description={
            "de": "Jede Idee wird gelesen. Bevor sie erscheint, sieht die Moderation sie durch. Sichtbar ist dein Pseudonym, nie deine Adresse. "
            "Die Stadt antwortet auf jede Idee: Sie wird geprüft, geplant, umgesetzt oder mit einer Begründung abgelehnt.",
            "en": "Every idea is read. Before it appears, a moderator looks it through. Your pseudonym is public, your address never is. The town "
            "answers every idea: it is reviewed, planned, carried out, or declined with a reason.",
            "de-easy": "Wir lesen jede Idee. Dann können alle die Idee sehen. Alle sehen deinen Spitz-Namen. Niemand sieht deine Adresse. "
            "Die Stadt schreibt dir: Das machen wir. Oder: Das machen wir nicht. Und warum.",
        },
        categories=CATEGORIES,
        opened_days_ago=640,
        closes_in_days=None,
        ideas=IDEAS,
        waiting=WAITING,
    ),
)
