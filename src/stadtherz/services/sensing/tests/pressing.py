# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms as a browser reads and sends them: for tests of what happens when somebody only presses the button."""

from __future__ import annotations

from html.parser import HTMLParser


class Form(HTMLParser):
    """The fields of the form with this class: what is sent, what is marked as wrong, what is chosen, under which key a draft is kept."""

    def __init__(self, page: bytes, named: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.wrong: set[str] = set()
        self.chosen: dict[str, str] = {}
        self.draft = ""
        self._named, self._inside, self._select, self._option = named, False, "", ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._inside = self._named in (told.get("class") or "").split()
            self.draft = (told.get("data-draft") or "") if self._inside else self.draft
        if not self._inside:
            return
        name = told.get("name") or ""
        if name and told.get("aria-invalid") == "true":
            self.wrong.add(name)
        is_ticked = told.get("type") not in {"checkbox", "radio"} or "checked" in told
        if tag == "input" and name and is_ticked and told.get("type") != "submit":
            self.sent.setdefault(name, []).append(told.get("value") or "on" * (told.get("type") == "checkbox"))
        elif tag == "select":
            self._select = name
            self.sent.setdefault(name, [""])
        elif tag == "option" and "selected" in told:
            self.sent[self._select] = [told.get("value") or ""]
            self._option = self._select

    def handle_data(self, data: str) -> None:
        if self._option:
            self.chosen[self._option] = data.strip()
            self._option = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
