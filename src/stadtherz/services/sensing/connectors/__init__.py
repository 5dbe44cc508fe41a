# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Other systems that are asked for their values: one folder each, with what is asked, how answers are read, and a recorded answer.

To add one: write a folder with a subclass of ``base.Connector``, a ``fake`` with an answer in the system's format, and tests;
name it in ``registry``.
"""
