# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""python -m stadtherz.ops VERB: what the bash file hands over to."""

import sys

from stadtherz.ops.verbs import main

sys.exit(main(sys.argv[1:]))
