"""Starts the launcher with the site's own packages before those that the base has, whose versions are nobody's choice."""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
bases = (at for at, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages")))
sys.path.insert(next(bases, len(sys.path)), os.path.join(here, "packages"))
sys.path.append(here)

import launch  # noqa: E402, F401
