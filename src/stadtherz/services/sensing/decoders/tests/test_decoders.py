# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Frames of real devices with the values that their manufacturers state, and any bytes at all."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.config.options import read
from stadtherz.services.sensing.decoders import DECODERS, Undecodable, decode

BY_FILE = {
    "dragino-test_decode_ldds75": "dragino-ldds75",
    "dragino-test_decode_lds02": "dragino-lds02",
    "dragino-test_decode_lht65n": "dragino-lht65n",
    "dragino-test_decode_lt-22222-l": "dragino-lt22222l",
    "dragino-test_decode_lwl02": "dragino-lwl02",
    "milesight-test_decode_em300-th": "milesight-em300-th",
    "rakwireless-test_decode_rak_standard": "rak-standard",
}
NOT_A_DEVICE = {"example-vendor-test_decode_example"}


def _relaxed(text: str) -> Any:
    """JSON as people write it in JavaScript: 0x0a, names without quotation marks."""
    text = re.sub(r"\b0x([0-9a-fA-F]+)\b", lambda found: str(int(found[1], 16)), text)
    return json.loads(re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', text))


def _same(stated: Any, found: Any) -> bool:
    """The manufacturers write some numbers as text ("0.00")."""
    if isinstance(stated, str) and isinstance(found, int | float):
        return float(stated) == found
    return bool(stated == found)


def test_all_vectors_of_the_test_data_decode() -> None:
    folder = Path(read()["testdata"]) / "sensors" / "lorawan"
    if not folder.is_dir():
        pytest.skip("STADTHERZ_TESTDATA has no sensors/lorawan")
    checked = 0
    for file in sorted(folder.glob("*.json")):
        for case in _relaxed(file.read_text()):
            if file.stem in NOT_A_DEVICE:
                continue
            stated = case["expected"]["data"]
            found = decode(BY_FILE[file.stem], bytes(case["input"]["bytes"]), case["input"].get("fPort")).values
            assert set(found) == set(stated), file.name
            assert all(_same(stated[key], found[key]) for key in stated), (file.name, stated, found)
            checked += 1
    assert checked >= 7


@pytest.mark.parametrize(
    ("key", "frame", "values"),
    [
        ("dragino-lht65n", "cb66ff9c01f4050064ffff", {
            "BatV": 2.918, "Bat_status": 3, "TempC_SHT": -1.0, "Hum_SHT": 50.0, "Work_mode": "Illumination Sensor", "ILL_lx": 100,
        }),
        ("dragino-lds02", "8b8801000002000005 01".replace(" ", ""), {
            "BAT_V": 2.952, "MOD": 1, "Node_type": "LDS02", "DOOR_OPEN_STATUS": 1, "DOOR_OPEN_TIMES": 2,
            "LAST_DOOR_OPEN_DURATION": 5, "ALARM": 1,
        }),
        ("dragino-lwl02", "4c1e0200000400000000", {
            "BAT_V": 3.102, "MOD": 2, "Node_type": "LWL02", "WATER_LEAK_STATUS": 1, "WATER_LEAK_TIMES": 4,
            "LAST_WATER_LEAK_DURATION": 0,
        }),
        ("dragino-ldds75", "0d0a07e9", {"Bat": 3.338, "Distance": 2025}),
        ("milesight-em300-th", "017564 0367f6ff 046871", {"battery": 100, "temperature": -1.0, "humidity": 56.5}),
        ("milesight-em300-mcs", "03671001 046871 060001", {"temperature": 27.2, "humidity": 56.5, "magnet_status": "open"}),
        ("milesight-em300-mld", "017564 050001", {"battery": 100, "leakage_status": "leak"}),
        ("milesight-em300-cl", "83ed0201", {"liquid": "critical liquid level alert", "liquid_alarm": 1}),
        ("milesight-em300-di", "05c805000000", {"pulse": 5}),
        ("milesight-em320-tilt", "03d4 a00f 61f0 0000", {
            "angle_x": 20.0, "threshold_x": "normal", "angle_y": -20.0, "threshold_y": "trigger", "angle_z": 0.0,
            "threshold_z": "normal",
        }),
        ("rak-standard", "0367ffe7 026871 0473270b", {"temperature_3": -2.5, "humidity_2": 56.5, "barometer_4": 999.5}),
        ("seeed-sensecap", "0101109853000001021 0a87a0000af51".replace(" ", ""), {"air_temperature": 21.4, "air_humidity": 31.4}),
        ("seeed-s2120", "0100df3700000027050011 02015600 0000fe2703".replace(" ", ""), {
            "air_temperature": 22.3, "air_humidity": 55, "light_intensity": 39, "uv_index": 0.5, "wind_speed": 1.7,
            "wind_direction": 342, "rainfall_hourly": 0.254, "barometric_pressure": 99870,
        }),
    ],
)  # fmt: skip
def test_a_frame_has_these_values(key: str, frame: str, values: dict[str, Any]) -> None:
    assert dict(decode(key, bytes.fromhex(frame.replace(" ", ""))).values) == values


def test_a_kept_record_comes_with_its_own_time() -> None:
    decoded = decode("milesight-em300-th", bytes.fromhex("20ce9e74466310015d"))
    assert decoded.values == {}
    assert decoded.earlier == ((datetime(2022, 10, 12, 8, 2, 38, tzinfo=UTC), {"temperature": 27.2, "humidity": 46.5}),)


@pytest.mark.parametrize(
    ("key", "frame", "port", "reason"),
    [
        ("dragino-lht65n", "cbc6", 2, "expected are 11"),
        ("dragino-lht65n", "cbc6008200f2017fff7fff", 5, "port 5"),
        ("dragino-lht65n", "cbc6008200f2707fff7fff", 2, "kind 112"),
        ("dragino-lds02", "0b880900000000000000", 10, "Mode 9"),
        ("milesight-em300-th", "0367", None, "in the middle of a value"),
        ("milesight-em300-th", "9999", None, "Channel 99"),
        ("milesight-em300-th", "ff0bff", None, "no measurement"),
        ("rak-standard", "01ff00", None, "Type 255"),
        ("seeed-sensecap", "010110985300000102 10a87a0000af52".replace(" ", ""), None, "checksum"),
        ("seeed-s2120", "0605", None, "fault 5"),
        ("dragino-lht65n", "", None, "empty"),
        ("nobody", "00", None, "no decoder"),
    ],
)
def test_what_is_no_measurement_is_refused_with_the_reason(key: str, frame: str, port: int | None, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode(key, bytes.fromhex(frame), port)


@given(st.sampled_from(sorted(DECODERS)), st.binary(max_size=300), st.none() | st.integers(0, 300))
def test_no_bytes_break_a_decoder(key: str, payload: bytes, port: int | None) -> None:
    """Either values that the decoder declares, each finite, or ``Undecodable`` with a reason."""
    try:
        decoded = decode(key, payload, port)
    except Undecodable:
        return
    for values in (decoded.values, *(each for _at, each in decoded.earlier)):
        for name, value in values.items():
            assert isinstance(value, str | bool | int) or abs(value) < float("inf")
            assert DECODERS[key].field(name) is not None or name.startswith(
                ("gps_", "accelerometer_", "gyrometer_", "colour_")
            )
