# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail and notices: an outbox that is filled in the deciding transaction and emptied by a job. Not for live events."""
