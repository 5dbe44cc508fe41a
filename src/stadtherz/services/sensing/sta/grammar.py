# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The grammar of ``$filter`` and ``$orderby``: words become a tree (OData 4.0 URL conventions 5.1.1; 18-088, 9.3.3.5).

Loosest first: or, and, not, eq ne in, gt ge lt le, add sub, mul div divby mod, minus, value.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from stadtherz.services.sensing.actions.geometries import TooTangled, mended
from stadtherz.services.sensing.sta import times
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.lexer import Token, Word, tokens
from stadtherz.services.sensing.sta.syntax import (
    Binary,
    Call,
    Literal,
    Logic,
    Member,
    Negation,
    Order,
    Path,
    Quantified,
    Segment,
    Shape,
)

DEEPEST = 40
MOST_TERMS = 1000
MOST_ORDERS = 30  # a result sorts by up to three columns, and the database takes 100 at once
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"eq", "ne", "in"}),
    frozenset({"gt", "ge", "lt", "le"}),
    frozenset({"add", "sub"}),
    frozenset({"mul", "div", "divby", "mod"}),
)
CONSTANTS: dict[str, bool | None] = {"null": None, "true": True, "false": False}
POINT_WITH_COMMA = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)", re.IGNORECASE)


def parse_filter(text: str, option: str = "$filter") -> Any:
    """The tree of a filter. Raises 400 with the position."""
    parser = Parser(text, option)
    found = parser.condition(0)
    parser.end()
    return found


def parse_orderby(text: str, option: str = "$orderby") -> list[Order]:
    """The keys of an order. Raises 400 with the position."""
    parser = Parser(text, option)
    found = [parser.order()]
    while parser.took(","):
        if len(found) == MOST_ORDERS:
            raise parser.error(f"An order has at most {MOST_ORDERS} keys.")
        found.append(parser.order())
    parser.end()
    return found


class Parser:
    """Recursive descent, one word ahead."""

    def __init__(self, text: str, option: str) -> None:
        self.option = option
        self.words = tokens(text, option)
        self.at = 0
        self.terms = 0

    @property
    def next(self) -> Token:
        """The word that comes."""
        return self.words[self.at]

    def error(self, message: str, token: Token | None = None) -> StaError:
        """400 at a word."""
        return bad(message, (token or self.next).position, option=self.option)

    def took(self, sign: str) -> bool:
        """Whether the sign came; then it is gone."""
        if self.next.word is Word.SIGN and self.next.text == sign:
            self.at += 1
            return True
        return False

    def need(self, sign: str) -> None:
        """The sign must come."""
        if not self.took(sign):
            raise self.error(f"Here {sign!r} is missing{self._instead()}.")

    def end(self) -> None:
        """Nothing may come any more."""
        if self.next.word is not Word.END:
            raise self.error(f"{self.next.text!r} is not expected here.")

    def word(self, *choices: str) -> Token | None:
        """One of the words, if it comes; then it is gone."""
        token = self.next
        if token.word is Word.NAME and token.text in choices:
            self.at += 1
            return token
        return None

    def _instead(self) -> str:
        return " at the end" if self.next.word is Word.END else f" before {self.next.text[:40]!r}"

    def order(self) -> Order:
        """``key asc``."""
        start = self.next.position
        key = self.operand(2, 0)
        direction = self.word("asc", "desc", "ASC", "DESC")
        return Order(key, direction is not None and direction.text.lower() == "desc", start)

    def condition(self, depth: int) -> Any:
        """``a or b``."""
        return self._logic("or", depth)

    def _logic(self, operator: str, depth: int) -> Any:
        start = self.next.position
        inner = self._negation if operator == "and" else lambda deeper: self._logic("and", deeper)
        items = [inner(depth)]
        while self.word(operator):
            items.append(inner(depth))
        return items[0] if len(items) == 1 else Logic(operator, tuple(items), start)

    def _negation(self, depth: int) -> Any:
        start = self.next
        if self.word("not"):
            self._check_depth(depth, start)
            return Negation(self._negation(depth + 1), start.position)
        return self.operand(0, depth)

    def operand(self, level: int, depth: int) -> Any:
        """Operators of ``level`` and tighter, from the left."""
        if level == len(LEVELS):
            return self.value(depth)
        left, chain = self.operand(level + 1, depth), 0
        while operator := self.word(*LEVELS[level]):
            chain += 1
            self._check_depth(depth + chain, operator)
            if operator.text == "in":
                left = self._member(left, depth, operator)
            else:
                left = Binary(operator.text, left, self.operand(level + 1, depth), operator.position)
        return left

    def _member(self, item: Any, depth: int, operator: Token) -> Member:
        if not self.took("("):
            path = self.value(depth)
            if not isinstance(path, Path):
                raise self.error("After `in` stands a list in brackets or a property.", operator)
            return Member(item, path, operator.position)
        choices = [self.operand(2, depth)]
        while self.took(","):
            choices.append(self.operand(2, depth))
        self.need(")")
        return Member(item, tuple(choices), operator.position)

    def _check_depth(self, depth: int, token: Token) -> None:
        if depth > DEEPEST:
            raise self.error(f"This is nested deeper than {DEEPEST} levels.", token)

    def value(self, depth: int) -> Any:
        """A literal, a path, a function, or something in brackets."""
        self._check_depth(depth, self.next)
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise self.error(f"These are more than {MOST_TERMS} terms.")
        if self.took("("):
            found = self.condition(depth + 1)
            self.need(")")
            return found
        token = self.next
        if self.took("-"):
            return Binary("sub", Literal(0, token.position), self.value(depth + 1), token.position)
        if token.word is Word.NAME:
            return self._name(depth)
        if token.word in {Word.SIGN, Word.END}:
            raise self.error(f"Here a value is missing{self._instead()}.")
        self.at += 1
        return Literal(self._constant(token), token.position)

    def _constant(self, token: Token) -> Any:
        where = {"position": token.position, "option": self.option}
        text = token.text
        if token.word is Word.NUMBER:
            return self._number(token)
        if token.word is Word.TEXT:
            return _unquoted(text)
        if token.word is Word.DURATION:
            return times.duration(_unquoted(text[8:]), **where)
        if token.word is Word.GEOMETRY:
            return self._shape(token)
        made = {Word.TIME: times.instant, Word.SPAN: times.span, Word.DATE: times.day, Word.CLOCK: times.clock}
        return made[token.word](text, **where)

    def _number(self, token: Token) -> int | float:
        if len(token.text) > 400:
            raise self.error("This number is too long.", token)
        if re.fullmatch(r"[+-]?\d{1,18}", token.text):
            return int(token.text)
        if not isfinite(found := float(token.text)):
            raise self.error("This number is too large.", token)
        return found

    def _shape(self, token: Token) -> Shape:
        import shapely
        from numpy import errstate

        text = _unquoted(token.text[token.text.index("'") :]).strip()
        text = re.sub(r"^SRID=4326;", "", text, flags=re.IGNORECASE)
        text = POINT_WITH_COMMA.sub(r"POINT (\1 \2)", text)  # so the standard's own example has it
        try:
            with errstate(over="ignore"):  # 1e400 is said below
                made = shapely.force_2d(shapely.from_wkt(text))
            if not all(isfinite(each) for each in shapely.get_coordinates(made).flat):
                raise ValueError(text)
        except (shapely.errors.ShapelyError, ValueError):
            raise self.error("This is not a geometry in well-known text, such as POINT (7.77 49.44).", token) from None
        try:
            made = mended(made)
        except TooTangled as error:
            raise self.error(f"This geometry crosses itself: {error}.", token) from None
        return Shape(shapely.to_wkb(shapely.set_srid(made, 4326), hex=True, include_srid=True))

    def _name(self, depth: int) -> Any:
        token = self.next
        self.at += 1
        if self.next.text == "(" and self.next.word is Word.SIGN:
            return self._call(token, depth)
        if token.text in CONSTANTS and self.next.text not in {"/", "["}:
            return Literal(CONSTANTS[token.text], token.position)
        segments = [Segment(token.text, token.position, self._indexes())]
        while self.took("/"):
            part = self.next
            if part.word not in {Word.NAME, Word.NUMBER}:
                raise self.error(f"After '/' the name of a property is missing{self._instead()}.")
            self.at += 1
            if part.text in {"any", "all"} and self.took("("):
                return self._quantified(Path(tuple(segments)), part, depth)
            segments.append(Segment(part.text, part.position, self._indexes()))
            if len(segments) > DEEPEST:
                raise self.error("This path is too long.", part)
        return Path(tuple(segments))

    def _indexes(self) -> tuple[int, ...]:
        found = []
        while self.took("["):
            token = self.next
            if token.word is not Word.NUMBER or not token.text.isdigit() or len(token.text) > 9:
                raise self.error("In square brackets stands a place in an array, such as [0].")
            self.at += 1
            self.need("]")
            found.append(int(token.text))
        return tuple(found)

    def _call(self, token: Token, depth: int) -> Call:
        self.need("(")
        arguments = []
        if not self.took(")"):
            arguments.append(self.condition(depth + 1))
            while self.took(","):
                arguments.append(self.condition(depth + 1))
            self.need(")")
        return Call(token.text, tuple(arguments), token.position)

    def _quantified(self, path: Path, token: Token, depth: int) -> Quantified:
        if self.took(")"):
            return Quantified(path, "", None, token.text == "all", token.position)
        variable = self.next
        if variable.word is not Word.NAME:
            raise self.error("Here the name of a variable is missing, as in any(d: d/name eq 'x').")
        self.at += 1
        self.need(":")
        body = self.condition(depth + 1)
        self.need(")")
        return Quantified(path, variable.text, body, token.text == "all", token.position)


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")
