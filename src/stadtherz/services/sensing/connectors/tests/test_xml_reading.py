# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""XML with more in it than data is refused with the reason; what is data is read whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.datex2_parking.connector import parse
from stadtherz.services.sensing.connectors.tests.recorded import test_data
from stadtherz.services.sensing.connectors.xml_reading import read_xml


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "encoding"),
        (b'<?xml version="1.0" encoding="x-unheard-of"?><a/>', "encoding"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        (b"<a>&undefined;</a>", "not XML"),
        (b"<a><script>alert(1)</script></a>", "program"),
        (b"<a>%253Cscript%253Ealert(1)</a>", "program"),
        (b'<a b="javascript:alert(1)"/>', "program"),
        (b"<?php echo 1 ?><a/>", "instruction"),
        (b"MZ\x90\x00\x03", "not XML"),
        (b"", "not XML"),
        (b"<a>" * 50 + b"</a>" * 50, "deeper"),
        (b"<a><b></a>", "line 1"),
    ],
)
def test_what_is_more_than_data_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        read_xml(document)


def test_the_hostile_files_are_refused_and_the_valid_one_is_read() -> None:
    with pytest.raises(BadAnswer, match="program"):
        parse(test_data("sensors", "datex2", "invalid-xss-script.xml").read_bytes())
    with pytest.raises(BadAnswer, match="not XML"):
        parse(test_data("sensors", "datex2", "invalid-exe.xml").read_bytes())
    valid = parse(test_data("sensors", "datex2", "valid.xml").read_bytes())
    assert valid.sites[0].name == "Allach"
    assert valid.sites[0].properties == {"capacity": 124}


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        assert read_xml(content).name
    except BadAnswer as refused:
        assert str(refused)  # noqa: PT017 - both ends are right, each with something to say
