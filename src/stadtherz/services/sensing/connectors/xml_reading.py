# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""XML of other systems, read without anything that XML can do beyond data: no document type, no entities, no processing
instructions, bounded in depth and number of elements (OWASP, "XML External Entity Prevention").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.connectors.base import BadAnswer

DEEPEST, MOST = 40, 500_000
# No message of traffic or parking data carries programs; where one does, somebody tries something (or was hacked).
SUSPICIOUS = ("<script", "javascript:", "vbscript:", "onerror=", "onload=", "data:text/html")


@dataclass(slots=True)
class Element:
    """An element by its local name; name spaces are taken off."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """Every element of this name below, in order."""
        waiting = list(reversed(self.children))
        while waiting:
            each = waiting.pop()
            if each.name == name:
                yield each
            waiting.extend(reversed(each.children))

    def first(self, *path: str) -> Element | None:
        """The first element along a path of names, each directly below the one before."""
        at: Element | None = self
        for name in path:
            at = next((child for child in at.children if child.name == name), None) if at else None
        return at

    def value(self, *path: str) -> str:
        """The text of the element along the path, empty without one."""
        found = self.first(*path)
        return found.text.strip() if found else ""


def read_xml(content: bytes) -> Element:
    """The root element. Raises ``BadAnswer`` with the reason and the line."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "damaged")
        raise BadAnswer(
            _("This is not XML: %(reason)s in line %(lineno)s."), reason=reason, lineno=error.lineno
        ) from None
    except BadAnswer:
        raise
    except (LookupError, ValueError):  # an encoding that Python does not know, or expat cannot read
        raise BadAnswer(_("The document is in an encoding that is not read here: UTF-8 is meant.")) from None
    if reader.root is None:
        raise BadAnswer(_("This is not XML: it is empty."))
    return reader.root


class _Reader:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.ExternalEntityRefHandler = self._refuse_doctype
        parser.ProcessingInstructionHandler = self._refuse_instruction

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST:
            raise BadAnswer(_("The document has more than %(most)s elements."), most=MOST)
        if len(self.open) >= DEEPEST:
            raise BadAnswer(_("The document is nested deeper than %(deepest)s levels."), deepest=DEEPEST)
        local = name.rpartition(" ")[2]
        if local.lower() in {"script", "iframe", "object", "embed"}:
            raise BadAnswer(
                _("The document contains a program (<%(local)s> in line %(line)s)."),
                local=local,
                line=self.parser.CurrentLineNumber,
            )
        element = Element(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        for value in attributes.values():
            self._judge(value)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self._judge(self.open.pop().text)

    def _text(self, text: str) -> None:
        self.open[-1].text += text

    def _judge(self, text: str) -> None:
        lower = unquote(unquote(text)).lower()  # hidden once or twice behind per cent signs
        for word in SUSPICIOUS:
            if word.lower() in lower:
                line = self.parser.CurrentLineNumber
                raise BadAnswer(
                    _("The document contains a program (“%(word)s” in line %(line)s)."), word=word, line=line
                )

    def _refuse_doctype(self, *_details: object) -> int:
        raise BadAnswer(_("The document defines a document type or entities, which are not read here."))

    def _refuse_instruction(self, target: str, _data: str) -> None:
        raise BadAnswer(
            _("The document contains an instruction (%(target)s), which is not read here."), target=target[:40]
        )
