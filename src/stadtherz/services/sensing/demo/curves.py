# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Believable curves, the same on every machine: value = function(station, time), never a random number that is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Moments = NDArray[np.int64]  # seconds since 1970
Curve = Callable[["Clock"], Floats]


class Clock:
    """The times of a series as a town feels them: hour of the day, working day or not, day of the year."""

    def __init__(self, name: str, moments: Moments, zone: ZoneInfo) -> None:
        self.name, self.moments = name, moments
        days, place = np.unique(moments // 86400, return_inverse=True)
        noons = [datetime.fromtimestamp(int(day) * 86400 + 43200, tz=zone).utcoffset() or timedelta() for day in days]
        shift = np.array([noon.total_seconds() for noon in noons])
        local = moments + shift[place].astype(np.int64)
        self.hour: Floats = (local % 86400) / 3600
        self.weekday: Moments = (local // 86400 + 3) % 7  # 1970-01-01 was a Thursday
        self.works = self.weekday < 5
        self.year: Floats = (local % 31_556_952) / 31_556_952

    def noise(self, salt: str = "", every: int = 1) -> Floats:
        """Between -1 and 1, from a hash of name and time (SplitMix64, Steele et al. 2014); smooth over ``every`` seconds."""
        step = self.moments // every
        below, above = (_hash(step + n, f"{self.name}{salt}") for n in (0, 1))
        part = (self.moments % every) / every
        return np.asarray(below + (above - below) * part)


def _hash(index: Moments, name: str) -> Floats:
    with np.errstate(over="ignore"):
        x = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(crc32(name.encode()))
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)).astype(np.float64) / 2**52 - 1.0


def _bump(hour: Floats, at: float, width: float) -> Floats:
    away = np.minimum(np.abs(hour - at), 24 - np.abs(hour - at))
    return np.asarray(np.exp(-((away / width) ** 2)))


def temperature(clock: Clock) -> Floats:
    """Degrees: the season, the afternoon, and weather that lasts some days."""
    season = 10.5 - 9.5 * np.cos(2 * np.pi * (clock.year - 0.05))
    return np.round(
        season + 4 * np.cos((clock.hour - 15) / 12 * np.pi) + 4 * clock.noise("weather", 250_000) + 0.3 * clock.noise(),
        1,
    )


def humidity(clock: Clock) -> Floats:
    return np.clip(
        np.round(
            72 - 14 * np.cos((clock.hour - 15) / 12 * np.pi) + 12 * clock.noise("weather", 200_000) + clock.noise()
        ),
        20,
        100,
    )


def rain(clock: Clock) -> Floats:
    """Millimetres in ten minutes: mostly none, showers when the weather turns."""
    shower = (
        np.maximum(0, clock.noise("front", 40_000) - 0.72) * 6 + np.maximum(0, clock.noise("cell", 5_000) - 0.93) * 10
    )
    return np.round(shower, 1)


def water_level(clock: Clock) -> Floats:
    """Centimetres: slow waves with a sudden rise and a slow fall after rain."""
    wave = 6 * clock.noise("flow", 180_000) + 3 * clock.noise("local", 40_000)
    flood = sum(34 * np.maximum(0, _past(clock, hours)) for hours in (0, 6, 12, 18)) / 4
    return np.round(58 + wave + flood + 0.4 * clock.noise())


def _past(clock: Clock, hours: int) -> Floats:
    earlier = Clock.__new__(Clock)
    earlier.name, earlier.moments = clock.name, clock.moments - hours * 3600
    return (earlier.noise("flood", 260_000) - 0.45) * 2


def water_temperature(clock: Clock) -> Floats:
    season = 10.5 - 6 * np.cos(2 * np.pi * (clock.year - 0.08))
    return np.round(season + 0.8 * np.cos((clock.hour - 17) / 12 * np.pi) + clock.noise("weather", 300_000), 1)


def bicycles(clock: Clock) -> Floats:
    """In 15 minutes: to work and back on working days, a broad afternoon at weekends, fewer in winter."""
    work = 22 * _bump(clock.hour, 7.6, 1.0) + 24 * _bump(clock.hour, 17, 1.7) + 9 * _bump(clock.hour, 13, 3.5)
    free = 15 * _bump(clock.hour, 15, 3.6)
    season = 0.75 - 0.35 * np.cos(2 * np.pi * (clock.year - 0.05))
    return _counted(np.where(clock.works, work, free) * season * (1 + 0.25 * clock.noise("weather", 90_000)), clock)


def cars(clock: Clock) -> Floats:
    """In 15 minutes."""
    work = 150 * _bump(clock.hour, 7.8, 1.3) + 165 * _bump(clock.hour, 16.8, 2.2) + 95 * _bump(clock.hour, 12.5, 4.5)
    free = 90 * _bump(clock.hour, 14.5, 4.8)
    return _counted(np.where(clock.works, work, free) + 3, clock)


def _counted(mean: Floats, clock: Clock) -> Floats:
    """Whole numbers that scatter as counts do: with the root of their mean."""
    return np.maximum(0, np.round(mean + np.sqrt(np.maximum(mean, 0)) * 1.3 * clock.noise()))


def pm10(clock: Clock) -> Floats:
    traffic = 4 * _bump(clock.hour, 8, 2) + 4 * _bump(clock.hour, 19, 3)
    return np.maximum(
        1,
        np.round(14 + np.where(clock.works, traffic, 1) + 7 * clock.noise("weather", 160_000) + 1.5 * clock.noise(), 1),
    )


def pm25(clock: Clock) -> Floats:
    same_air = Clock.__new__(Clock)
    same_air.__dict__.update(clock.__dict__, name=clock.name.replace("pm25", "pm10"))
    return np.maximum(0.5, np.round(0.62 * pm10(same_air) + 0.6 * clock.noise(), 1))


def nitrogen_dioxide(clock: Clock) -> Floats:
    traffic = 16 * _bump(clock.hour, 7.8, 1.6) + 14 * _bump(clock.hour, 18, 2.5)
    return np.maximum(
        1,
        np.round(11 + np.where(clock.works, traffic, 3) + 5 * clock.noise("weather", 120_000) + 1.5 * clock.noise(), 1),
    )


def ozone(clock: Clock) -> Floats:
    """Highest on sunny afternoons, more in summer; the other way round than nitrogen dioxide."""
    season = 22 - 20 * np.cos(2 * np.pi * (clock.year - 0.02))
    sun = (16 + season) * _bump(clock.hour, 15.5, 3.6) * (1 + 0.4 * clock.noise("weather", 200_000))
    return np.maximum(2, np.round(24 + season + sun + 2 * clock.noise(), 1))


def noise_level(clock: Clock) -> Floats:
    """Decibels beside a road, quieter at night and on Sundays."""
    day = 12 * (_bump(clock.hour, 8, 3) + _bump(clock.hour, 16.5, 4.5)).clip(0, 1)
    return np.round(
        46 + day - np.where(clock.weekday == 6, 3, 0) + 2.5 * clock.noise() + 1.5 * clock.noise("slow", 20_000), 1
    )


def parking(capacity: int, *, evening: bool = False) -> Curve:
    """Free spaces of a car park for shoppers, or for theatre and restaurants."""

    def free(clock: Clock) -> Floats:
        shop = (
            0.85
            * _bump(clock.hour, 13.5, 4.2)
            * np.where(clock.weekday == 6, 0.25, np.where(clock.weekday == 5, 1.1, 0.95))
        )
        play = 0.3 * _bump(clock.hour, 12, 4) + 0.75 * _bump(clock.hour, 20.5, 2) * np.where(
            clock.weekday >= 4, 1.15, 0.6
        )
        taken = (play if evening else shop) + 0.08 + 0.05 * clock.noise("slow", 5_000) + 0.01 * clock.noise()
        return np.asarray(np.round(capacity * (1 - np.clip(taken, 0.02, 1))))

    return free
