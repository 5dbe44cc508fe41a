# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where observations lie and how they are written, read, packed and forgotten. Others ask here and nowhere below."""
