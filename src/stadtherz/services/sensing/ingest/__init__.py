# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all ways in share: messages of devices on their way to the store, and the one committer that writes what arrives together."""
