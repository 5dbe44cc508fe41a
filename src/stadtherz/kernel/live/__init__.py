# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Events for open pages: published in a transaction, seen after its commit, sent as server-sent events at /live/<topic>."""

from stadtherz.kernel.live.publishing import TooMuchToPublish, publish, publish_texts

__all__ = ["TooMuchToPublish", "publish", "publish_texts"]
