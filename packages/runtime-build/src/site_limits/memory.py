"""How much memory there is, and what a site may take of it."""

import os
import resource
import sys

MEGABYTE = 1_000_000
CGROUP_LIMITS = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
# Address space that threads reserve for their stacks, and hardly use: 8 MB for each of the five that a site has.
STACKS = 40 * MEGABYTE


def machine_memory():
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def memory_limit():
    """Bytes of memory that the container may use, by its control group (version 2, else 1); None without a limit."""
    for path in CGROUP_LIMITS:
        try:
            with open(path) as file:
                limit = int(file.read())
        except (OSError, ValueError):
            continue
        return limit if limit < machine_memory() else None
    return None


def read_megabytes(environ, name, default):
    """Bytes, by a variable in MB; the default, in bytes too, where it is not set or no number."""
    text = environ.get(name, "")
    try:
        return int(float(text) * MEGABYTE)
    except (ValueError, OverflowError):
        if text:
            print(f"{name} is no number: {text!r}. It is {default // MEGABYTE}.", file=sys.stderr)
        return default


def bound_memory(memory, files):
    """
    Has Python raise `MemoryError` before the kernel ends the container: once it holds all of the memory but a tenth, which
    is for the kernel and the page cache, and the bytes that temporary `files` may take. It bounds all visitors together.
    """
    limit = max(memory - memory // 10 - files, memory // 2) + STACKS
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))
