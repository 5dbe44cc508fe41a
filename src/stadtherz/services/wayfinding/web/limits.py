# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The limits that a person may set beyond a preset: choices in plain words, from strict to loose, and how they stand in
the address. What differs from the preset is all that the address says; the server keeps none of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import (
    Profile,
    Unknown,
    UnknownPolicy,
    WishTooLooseError,
    from_mapping,
)
from stadtherz.services.wayfinding.engine.vocabulary import Surface

Value = int | None
NONE: Final = "none"


def _kerb(value: Value) -> str:
    if value is None:
        return _("any kerb")
    if value == 0:
        return _("no kerb at all")
    return _("kerbs up to %(cm)s cm") % {"cm": f"{value / 10:g}".replace(".", ",")}


def _slope(value: Value) -> str:
    return _("any slope") if value is None else _("slopes up to %(percent)d %%") % {"percent": value // 10}


def _width(value: Value) -> str:
    return _("any width") if value is None else _("at least %(cm)d cm wide") % {"cm": value}


def _turning(value: Value) -> str:
    return (
        _("lifts without room to turn as well")
        if value is None
        else _("%(cm)d × %(cm)d cm in lifts and barriers") % {"cm": value}
    )


def _steps(value: Value) -> str:
    if value is None:
        return _("any number of steps")
    if value == 0:
        return _("no steps")
    return ngettext("%(count)d step in one go", "up to %(count)d steps in one go", value) % {"count": value}


def _light(value: Value) -> str:
    return _("only lit ways") if value else _("lit or not")


_GROUND: Final[dict[Value, Text]] = {
    int(Surface.PAVING_STONES): gettext_lazy("asphalt and even paving stones"),
    int(Surface.PLATES): gettext_lazy("slabs as well"),
    int(Surface.SETT): gettext_lazy("setts as well"),
    int(Surface.COMPACTED): gettext_lazy("firm sand and gravel as well"),
    int(Surface.COBBLES): gettext_lazy("cobbles as well"),
    int(Surface.UNPAVED): gettext_lazy("unpaved ground as well"),
    int(Surface.GRAVEL): gettext_lazy("loose gravel as well"),
    int(Surface.GRASS): gettext_lazy("grass as well"),
    None: gettext_lazy("any ground"),
}


def _ground(value: Value) -> str:
    known = [limit for limit in _GROUND if limit is not None]
    near = value if value is None else next((limit for limit in known if limit >= value), None)
    return str(_GROUND[near])


@dataclass(frozen=True, slots=True)
class Adjustable:
    """One limit that can be set. ``values`` run from strict to loose; ``wish``: a soft limit, broken only for a much
    shorter way."""

    name: str
    field: str
    label: Text
    values: tuple[Value, ...]
    say: Callable[[Value], str]
    wish: bool = False

    def of(self, profile: Profile) -> Value:
        """The profile's value."""
        found = getattr(profile.soft if self.wish else profile.hard, self.field)
        return None if found is None else int(found)

    def choices(self, preset: Profile) -> list[tuple[str, str]]:
        """Values and words, with the preset's own value among them."""
        own = self.of(preset)
        values = list(self.values)
        if own not in values:
            loose_first = values[0] is not None and values[1] is not None and values[1] < values[0]
            place = next(
                (i for i, v in enumerate(values) if v is None or (v < own if loose_first else v > own)),  # type: ignore[operator]
                len(values),
            )
            values.insert(place, own)
        return [(written(value), self.say(value)) for value in values]


#: with those of all presets: a list that lacks the value of the preset that is chosen would keep that of another
_KERBS: Final = (0, 10, 20, 30, 50, 60, 80, 100, 120, 150, None)
_SLOPES: Final = (30, 40, 60, 80, 100, 120, 150, 200, None)
_TURNINGS: Final = (150, 140, 130, 120, 110, 90, None)
LIMITS: Final = (
    Adjustable("kerb_up", "kerb_up_mm", pgettext_lazy("limit", "Kerbs up"), _KERBS, _kerb),
    Adjustable("kerb_down", "kerb_down_mm", pgettext_lazy("limit", "Kerbs down"), _KERBS, _kerb),
    Adjustable("up", "incline_up_permille", pgettext_lazy("limit", "Uphill"), _SLOPES, _slope),
    Adjustable("down", "incline_down_permille", pgettext_lazy("limit", "Downhill"), _SLOPES, _slope),
    Adjustable("steps", "steps", pgettext_lazy("limit", "Steps"), (0, 1, 3, 6, 10, 20, 40, None), _steps),
    Adjustable("width", "width_cm", pgettext_lazy("limit", "Width"), (120, 100, 90, 80, 75, 70, 60, None), _width),
    Adjustable("turning", "turning_cm", pgettext_lazy("limit", "Room to turn"), _TURNINGS, _turning),
    Adjustable("ground", "surface", pgettext_lazy("limit", "Ground"), tuple(_GROUND), _ground),
    Adjustable("light", "light", pgettext_lazy("limit", "Light"), (1, 0), _light),
)
WISHES: Final = (
    Adjustable("wish_kerb", "kerb_up_mm", pgettext_lazy("limit", "Kerbs"), _KERBS, _kerb, wish=True),
    Adjustable("wish_slope", "incline_up_permille", pgettext_lazy("limit", "Slopes"), _SLOPES, _slope, wish=True),
    Adjustable("wish_ground", "surface", pgettext_lazy("limit", "Ground"), tuple(_GROUND), _ground, wish=True),
)
EVERY: Final = (*LIMITS, *WISHES)
UNKNOWN: Final = "unknown"
_UNKNOWNS: Final = (Unknown.FORBID, Unknown.AVOID, Unknown.ALLOW)


def written(value: Value) -> str:
    """A value as it stands in the address."""
    return NONE if value is None else str(value)


def form_fields(preset: Profile) -> dict[str, forms.ChoiceField]:
    """One choice for each limit, standing at the preset's own value."""
    found = {
        item.name: forms.ChoiceField(
            label=item.label,
            required=False,
            choices=item.choices(preset),
            initial=written(item.of(preset)),
            widget=forms.Select(attrs={"class": "kern-form-input__select"}),
        )
        for item in EVERY
    }
    found[UNKNOWN] = forms.ChoiceField(
        label=_("Ways of which something is not known"), required=False, initial="",
        choices=[("", _("as is sensible for this preset")), *_unknown_choices()],
        widget=forms.Select(attrs={"class": "kern-form-input__select"}),
    )  # fmt: skip
    return found


def _unknown_choices() -> list[tuple[str, str]]:
    words = {
        Unknown.FORBID: _("only ways of which everything is known"), Unknown.AVOID: _("rather not"),
        Unknown.ALLOW: _("that is all right"),
    }  # fmt: skip
    return [(rule.name.lower(), words[rule]) for rule in _UNKNOWNS]


def personal(preset: Profile, cleaned: Mapping[str, Any]) -> tuple[Profile, dict[str, str]]:
    """The preset with what was set differently, and that difference as it stands in the address.

    Raises ``ProfileError`` for numbers that contradict each other.
    """
    data: dict[str, dict[str, Any]] = {"hard": {}, "soft": {}, "unknown": {}}
    differs: dict[str, str] = {}
    for item in EVERY:
        said = cleaned.get(item.name) or ""
        if not said or said == written(item.of(preset)):
            continue
        differs[item.name] = said
        value = None if said == NONE else int(said)
        data["soft" if item.wish else "hard"][item.field] = _typed(item.field, value)
    _make_agree(preset, data["hard"])
    if unknown := cleaned.get(UNKNOWN):
        differs[UNKNOWN] = unknown
        data["unknown"] = {field.name: unknown for field in fields(UnknownPolicy)}
    if not differs:
        return preset, {}
    return from_mapping({name: part for name, part in data.items() if part}, preset), differs


def _typed(field: str, value: Value) -> Any:
    if field == "surface" and value is not None:
        return Surface(value).name.lower()
    return bool(value) if field == "light" else value


def _make_agree(preset: Profile, hard: dict[str, Any]) -> None:
    """What a preset says beside a limit must give way when the limit itself becomes stricter."""
    steep = preset.hard.steep_permille
    stricter = [hard.get(f"incline_{way}_permille") for way in ("up", "down")]
    if steep is not None and any(limit is not None and limit < steep for limit in stricter):
        hard |= {"steep_permille": None, "steep_metres": None}
    if hard.get("steps") == 0 and preset.hard.handrail:
        hard["handrail"] = False


def too_loose(error: WishTooLooseError) -> tuple[str, str]:
    """The field of a wish that never counts, and why, in words."""
    wish = next(item for item in WISHES if item.field == error.name)
    words = {"wish": wish.say(int(error.wish)), "limit": wish.say(int(error.limit))}
    text = _(
        "You wish for “%(wish)s”, but your limit is already “%(limit)s”. The wish must be stricter than the limit."
    )
    return wish.name, text % words


def in_words(differs: Mapping[str, str]) -> list[str]:
    """What was set differently, as short sentences for the head of the answer."""
    told = []
    for item in EVERY:
        if item.name in differs:
            value = None if differs[item.name] == NONE else int(differs[item.name])
            text = item.say(value)
            told.append(_("if possible %(limit)s") % {"limit": text} if item.wish else text)
    if UNKNOWN in differs:
        told.append(_("not known: %(rule)s") % {"rule": dict(_unknown_choices())[differs[UNKNOWN]]})
    return told


def of_presets() -> dict[str, dict[str, str]]:
    """The values of all presets, so that a page can show those of another one without asking again."""
    return {
        key: {item.name: written(item.of(preset.profile)) for item in EVERY} | {UNKNOWN: ""}
        for key, preset in PRESETS.items()
    }
