# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept about people: why, how long, how it is handed out, and how it goes. Tables of its own: none."""
