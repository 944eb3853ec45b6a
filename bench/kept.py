"""`datasette` as the image starts it, answers kept; for whichever Python has Datasette."""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "packages/runtime-build/src"))
from kept_answers import keep_answers

keep_answers()
from datasette.cli import cli

cli()
