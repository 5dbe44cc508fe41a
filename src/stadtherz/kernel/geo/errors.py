# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong with maps, one exception for each reason; each says what to do next."""


class GeoError(Exception):
    """Something about a map, an extract or districts is not as it must be: the reason and the remedy, for the operator."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


class NotAnExtract(GeoError):
    """The file is no OpenStreetMap extract in the PBF format."""


class BrokenExtract(GeoError):
    """The file begins as an extract and cannot be read to its end."""


class NoStreets(GeoError):
    """The extract holds no street: too small a piece, or only boundaries."""


class TilesFailed(GeoError):
    """The base map could not be made."""


class DownloadRefused(GeoError):
    """The address may not be fetched, or what came is not acceptable."""


class DistrictsUnreadable(GeoError):
    """The districts' file cannot be used."""


class DistrictsElsewhere(GeoError):
    """The districts are those of another town."""


class DistrictInUse(GeoError):
    """A district that the new file no longer knows is still referred to."""
