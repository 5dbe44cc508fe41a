# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSON from outside: a name that stands twice, NaN, and nesting without end are refused instead of guessed at."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.ingest.messages import NotAMessage


def loads(content: bytes | str, *, described: bool = False) -> Any:
    """The document (RFC 8259). Raises ``NotAMessage``; of two equal names neither is believed (section 4).

    ``described``: it describes a station, where the last of two equal names counts, as with most programs; what was measured
    (an object with a ``result``) has each name once there too.
    """
    try:
        return json.loads(
            content, object_pairs_hook=_once_beside_result if described else _once, parse_constant=_refuse_constant
        )
    except NotAMessage:
        raise
    except RecursionError:
        raise NotAMessage(_("The document is nested too deeply.")) from None
    except UnicodeDecodeError as error:
        raise NotAMessage(_("The text is not UTF-8 (byte %(start)s)."), start=error.start) from None
    except json.JSONDecodeError as error:
        raise NotAMessage(
            _("This is not JSON: line %(lineno)s, column %(colno)s."), lineno=error.lineno, colno=error.colno
        ) from None
    except ValueError:  # an integer of thousands of digits
        raise NotAMessage(_("A number is too long.")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotAMessage(_("The name “%(twice)s” stands twice."), twice=twice[:60])
    return found


def _once_beside_result(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return _once(pairs) if "result" in found else found


def _refuse_constant(word: str) -> Any:
    raise NotAMessage(_("%(word)s is not a number."), word=word)
