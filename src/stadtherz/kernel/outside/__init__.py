# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Other systems on the network: the one guarded way out, and recorded answers for tests and demonstrations."""

from stadtherz.kernel.outside.client import Answer, download, fetch
from stadtherz.kernel.outside.refusals import OutsideError

__all__ = ["Answer", "OutsideError", "download", "fetch"]
