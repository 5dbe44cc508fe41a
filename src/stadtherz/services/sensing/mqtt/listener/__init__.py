# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small MQTT listener of our own, for trying out on this machine without a broker. No broker: it hands nothing from client to client."""
