# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages and the API as a WSGI application. The platform itself is served through asgi.py, which wraps this."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtherz.config.settings")
application = get_wsgi_application()
