# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way in words: steps with facts, sentences in each language, what is met and what is closed, and reasons."""
