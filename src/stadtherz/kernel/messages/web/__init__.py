# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of notices, unsubscribing, and the mailbox for development."""
