"""
Puts into /out what serves a site: the wheels of /build/wheels and the launcher, as bytecode, and bytecode of what they use of the
standard library where the base has none. Run in a stage that is thrown away: `python3 -I install.py 3.13`, the base's version.
"""

import compileall
import hashlib
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.util import cache_from_source

BUILD = "/build"
OUT = "/out"
APP = "app"

# Datasette declares them for `datasette install`, which an image does not run.
UNUSED = {"pip", "setuptools", "wheel"}

# What serves nothing: sources in other languages, stubs, tests, records of an install, and PyYAML's binding of libyaml.
DROPPED = re.compile(
    r"\.(c|h|cpp|pyx|pxd|pyi|pyd|rst)$|(^|/)py\.typed$|(^|/)(tests|testsuite|__pycache__)/|\.pyc$"
    r"|\.dist-info/(RECORD|WHEEL|INSTALLER|REQUESTED|top_level\.txt|zip-safe|direct_url\.json|sboms/.*)$"
    r"|^[^/]+\.data/(scripts|headers|data)/|^yaml/_yaml\.[^/]*\.so$"
)
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH


def normalize(name):
    """A project's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(path):
    """The digests that each locked project may have, by name and version."""
    lock = {}
    key = None
    with open(path) as file:
        for line in file:
            pin = re.match(r"([\w.-]+)==([\w.!+-]+)", line)
            if pin:
                key = (normalize(pin[1]), pin[2])
            for digest in re.findall(r"--hash=sha256:([0-9a-f]{64})", line):
                lock.setdefault(key, set()).add(digest)
    return lock


def check_wheel(path, lock, has_sources):
    """Ends the build for a wheel that is not the locked one. What was built here from sources is in no lock."""
    name, version = os.path.basename(path).split("-")[:2]
    digests = lock.get((normalize(name), version))
    if digests is None and has_sources:
        return
    with open(path, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if digests is None or found not in digests:
        sys.exit(f"{os.path.basename(path)} is not the file that requirements.txt names: its SHA-256 is {found}.")


def unpack_wheel(path, folder):
    """The files of a wheel (PEP 427), `.data/purelib` and `.data/platlib` at their place."""
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if name.endswith("/") or DROPPED.search(name):
                continue
            inner = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name)
            if ".." in inner.split("/") or inner.startswith("/"):
                sys.exit(f"{os.path.basename(path)} holds an unsafe path: {name}")
            target = os.path.join(folder, inner)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with wheel.open(name) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)


def install_wheels(folder):
    lock = read_lock(f"{BUILD}/requirements.txt")
    has_sources = os.path.exists(f"{BUILD}/sources.txt")
    for name in sorted(os.listdir(f"{BUILD}/wheels")):
        path = f"{BUILD}/wheels/{name}"
        if not name.endswith(".whl") or normalize(name.split("-")[0]) in UNUSED:
            continue
        check_wheel(path, lock, has_sources)
        unpack_wheel(path, folder)


def compile_folder(folder, shown):
    """Bytecode in the place of every source that is Python of this version; others stay as they are."""
    compileall.compile_dir(folder, ddir=shown, quiet=2, legacy=True, force=True, maxlevels=50, invalidation_mode=UNCHECKED)
    for root, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".py") and f"{name}c" in names:
                os.remove(os.path.join(root, name))


# Prints the files of the standard library that a first answer imports.
TRACE = """
import os, sys
sys.path[:0] = sys.argv[1:]
sys.argv[1:] = []
from datasette.cli import cli
import encodings.idna, multiprocessing.process, uvicorn.protocols.http.h11_impl, uvicorn.lifespan.on
stdout = sys.stdout
sys.stdout = open(os.devnull, "w")
cli.main(["serve", "--get", "/_memory.json"], standalone_mode=False)
for module in list(sys.modules.values()):
    path = getattr(module, "__file__", None)
    if path and path.endswith(".py"):
        print(path, file=stdout)
"""


def used_of_library(folder):
    trace = subprocess.run([sys.executable, "-I", "-B", "-c", TRACE, folder], stdout=subprocess.PIPE, text=True, check=False)
    if trace.returncode != 0:
        sys.exit("Datasette does not start with what was installed: see above.")
    library = sysconfig.get_path("stdlib")
    return [path for path in trace.stdout.splitlines() if path.startswith(f"{library}/") and "-packages/" not in path]


def compile_library(folder):
    """Python's official images have no bytecode of the standard library, which a read-only container would compile at every start."""
    for path in used_of_library(folder):
        cache = cache_from_source(path)
        if not os.path.exists(cache):
            target = OUT + cache
            os.makedirs(os.path.dirname(target), exist_ok=True)
            py_compile.compile(path, target, path, doraise=True, invalidation_mode=UNCHECKED)


def main(wanted):
    found = "{}.{}".format(*sys.version_info[:2])
    if found != wanted:
        sys.exit(f"The base has Python {found}, and this folder is made for {wanted}: publish again with this base.")
    app = f"{OUT}/{APP}"
    install_wheels(f"{app}/packages")
    shutil.copytree(f"{BUILD}/launcher", app, dirs_exist_ok=True)
    compile_folder(app, f"/{APP}")
    compile_library(f"{app}/packages")


if __name__ == "__main__":
    main(sys.argv[1])
