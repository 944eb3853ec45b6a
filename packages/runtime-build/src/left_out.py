"""Says why an import fails in an image that was made with --slim: `left_out.txt` lists what such an image lacks, a module a line."""

import codecs
import os
import sys
from encodings import aliases

HINT = "this image was published with --slim, which leaves it out. Publish again without --slim."


class LeftOut:
    """The last finder: it is asked for what no other found. An import in a `try` still gets the ImportError that it waits for."""

    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if name in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}: {HINT}", name=name)


def tell_left_out(folder=os.path.dirname(__file__)):
    try:
        with open(os.path.join(folder, "left_out.txt"), encoding="ascii") as file:
            names = frozenset(file.read().splitlines())
    except FileNotFoundError:
        return

    def find_codec(encoding):
        if f"encodings.{aliases.aliases.get(encoding, encoding)}" in names:
            raise LookupError(f"unknown encoding {encoding!r}: {HINT}")

    zone = os.environ.get("TZ", "UTC")
    if "tzdata" in names and zone != "UTC":
        print(f"Time zone {zone!r}: {HINT} Until then all times are UTC.", file=sys.stderr)
    sys.meta_path.append(LeftOut(names))
    codecs.register(find_codec)
