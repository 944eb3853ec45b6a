"""Bounds of what a query and an answer may take, so that no visitor ends the site. See docs/limits.md."""

import os

from .memory import MEGABYTE, bound_memory, machine_memory, memory_limit, read_megabytes
from .temporary import choose_temporary_folder, memory_of_files


# More than SQLite takes as the length of a value.
LARGEST = 1_000_000_000


def read_cap(environ, name, share, most):
    """Bytes, by a variable in MB; where it is not set, a share of the memory in whole MB, from 1 up to `most`. 0 is no limit."""
    return min(max(read_megabytes(environ, name, min(max(share // MEGABYTE, 1), most) * MEGABYTE), 0), LARGEST)


def limit_site(environ=os.environ):
    """
    Sorting and grouping take a folder, or memory where there is none. Both have an end: the folder's file system is full, or
    SQLite holds a quarter of the memory. A value and the rows of an answer end before that, and Python before the memory does.
    Who comes to an end is answered with an error, and the site serves on.
    """
    limit = memory_limit()
    memory = limit or machine_memory()
    folder = choose_temporary_folder(limit)
    bound_memory(memory, memory_of_files(folder))
    import sqlite3

    from .answers import limit_answers
    from .queries import Limits, limit_queries

    # It holds for the whole process, not for this connection.
    sqlite3.connect(":memory:").execute(f"PRAGMA hard_heap_limit = {memory // 4}")
    value = read_cap(environ, "DATASETTE_MAX_VALUE_MB", memory // 16, 32)
    rows = read_cap(environ, "DATASETTE_MAX_ANSWER_MB", memory // 8, 64)
    limit_queries(Limits(value, rows, folder))
    limit_answers()
