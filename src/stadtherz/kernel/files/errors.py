# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a picture was refused or could not be stored: one exception a reason, each with a sentence for the person."""

from __future__ import annotations

from django.utils.translation import gettext as _


class PictureRefused(ValueError):
    """Base of all refusals; ``str(error)`` belongs beside the field."""


class NotAPicture(PictureRefused):
    """Neither JPEG nor PNG nor WebP, by its content; names and declared types are not asked."""

    def __init__(self) -> None:
        super().__init__(_("This file is not a picture in JPEG, PNG or WebP format. Please choose another one."))


class PictureTooLarge(PictureRefused):
    """More bytes than allowed."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(
            _("The picture is larger than %(megabytes)d MB. Please choose a smaller one.") % {"megabytes": megabytes}
        )


class TooManyPixels(PictureRefused):
    """More pixels than allowed: noticed in the header, before anything is decoded."""

    def __init__(self, megapixels: int) -> None:
        super().__init__(
            _("The picture has more than %(megapixels)d million pixels. Please make it smaller first.")
            % {"megapixels": megapixels}
        )


class PictureDamaged(PictureRefused):
    """It begins like a picture but cannot be read to the end."""

    def __init__(self) -> None:
        super().__init__(_("The picture is damaged or not complete. Please choose another one."))


class StorageFull(PictureRefused):
    """The disk refused to take the file. Nothing was stored, and whoever shows refusals shows this one too."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The picture could not be stored, as there is no room at the moment. Your text is safe; please try without the picture or later."
            )
        )
