"""
Datasette 0.65 makes a registry of units when it is imported, which is half of its start, for the metadata `units` that few
sites have. Here the registry is made when somebody first uses it. Datasette 1.0 has no units: nothing is done there.
"""

import importlib
import os
import sys
from importlib.machinery import PathFinder
from types import ModuleType

NAME = "datasette.vendored.pint"


class LazyRegistry:
    """Stands for a `UnitRegistry()`; makes the real one for the first call or attribute."""

    def __init__(self, load):
        self.__dict__["_load"] = load

    def _registry(self):
        if "_made" not in self.__dict__:
            self.__dict__["_made"] = self._load().UnitRegistry()
        return self._made

    def __call__(self, *arguments, **options):
        return self._registry()(*arguments, **options)

    def __getattr__(self, name):
        return getattr(self._registry(), name)

    def __setattr__(self, name, value):
        setattr(self._registry(), name, value)


class LazyPint(ModuleType):
    """Stands for the module until something of it other than a registry is asked for."""

    def UnitRegistry(self, *arguments, **options):
        return self._load().UnitRegistry(*arguments, **options) if arguments or options else LazyRegistry(self._load)

    def _load(self):
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        return importlib.import_module(NAME)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._load(), name)


def delay_pint():
    """Before Datasette is imported: puts the stand-in where Datasette looks for pint, if this Datasette brings one."""
    datasette = PathFinder.find_spec("datasette")
    folders = datasette.submodule_search_locations if datasette else []
    if any(os.path.isdir(os.path.join(folder, "vendored", "pint")) for folder in folders):
        sys.modules[NAME] = LazyPint(NAME)
