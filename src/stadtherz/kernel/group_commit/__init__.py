# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Group commit: many small writes that arrive together become one transaction, and each sender hears after its commit.

For the few paths on which hundreds or thousands write in the same second (clicks in a burst, observations). Everything
else is one request, one transaction, and has no business here.
"""

from stadtherz.kernel.group_commit.committer import Busy, GroupCommitter, NotWritten, stop_committers

__all__ = ["Busy", "GroupCommitter", "NotWritten", "stop_committers"]
