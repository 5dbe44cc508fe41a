# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People: accounts with pseudonyms, roles in municipalities, and people who take part without e-mail."""
