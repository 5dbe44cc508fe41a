# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measurements over MQTT, in and out: brokers that are listened to and told, and a listener of our own for trying out."""
