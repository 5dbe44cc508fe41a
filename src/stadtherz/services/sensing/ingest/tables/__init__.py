# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values in files of text (CSV), as German and international offices and loggers write them. Pure: no database."""
