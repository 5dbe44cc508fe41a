# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""OGC SensorThings API 1.1 (OGC 18-088) at ``/api/sta/v1.1``."""
