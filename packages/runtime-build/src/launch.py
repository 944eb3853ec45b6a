"""Entry point of the image: `datasette serve` on $PORT, with the image's command as its options."""

import os
import signal
import sys

NOBODY = 65532

TEMPORARY_FOLDERS = ["/tmp", "/dev/shm"]
TOO_LARGE = "This query needs more temporary space than this site has."


def stop(signum, frame):
    """As process 1, Linux ignores a signal that nothing handles; uvicorn handles it once it serves."""
    os._exit(128 + signum)


def leave_root(volume):
    """A host's volume, and what another tool left on it, belongs to root: take it over, then be root no more."""
    if volume:
        for path in [volume, *(os.path.join(volume, name) for name in os.listdir(volume))]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def databases_on(volume):
    """Databases on a volume are writable. Those that the command names are not named twice."""
    paths = [os.path.join(volume, name) for name in sorted(os.listdir(volume)) if name.endswith(".db")]
    return [path for path in paths if path not in sys.argv]


def machine_memory():
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def memory_limit():
    """Bytes of memory that the container may use, by its control group (version 2, else 1); None without a limit."""
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]:
        try:
            with open(path) as file:
                limit = int(file.read())
        except (OSError, ValueError):
            continue
        return limit if limit < machine_memory() else None
    return None


def is_in_memory(folder):
    """Whether the folder's file system is a tmpfs, whose files count as memory of the container."""
    nearest, kind = "", "tmpfs"
    with open("/proc/self/mounts") as file:
        for _, point, type, *_ in map(str.split, file):
            if len(point) >= len(nearest) and f"{folder}/".startswith(point.rstrip("/") + "/"):
                nearest, kind = point, type
    return kind == "tmpfs"


def holds_temporary_files(folder, limit):
    """Whether the folder can be written, and be filled up without the container running out of memory."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    if limit is None or not is_in_memory(folder):
        return True
    system = os.statvfs(folder)
    return system.f_blocks * system.f_frsize <= limit // 3


def choose_temporary_folder(limit):
    """Tells SQLite where its temporary files go, before it is imported: it reads the variable once. None: there is no folder."""
    usable = (folder for folder in TEMPORARY_FOLDERS if holds_temporary_files(folder, limit))
    folder = os.environ.get("SQLITE_TMPDIR") or next(usable, None)
    if folder:
        os.environ["SQLITE_TMPDIR"] = folder
    return folder


def bound_queries():
    """
    Sorting and grouping take a folder, or memory where there is none. Both have an end: the folder's file system is full, or
    SQLite holds a quarter of the memory. The query that comes to it is answered with an error, and the site serves on.
    """
    limit = memory_limit()
    folder = choose_temporary_folder(limit)
    import sqlite3

    from datasette.database import Database, QueryInterrupted

    # It holds for the whole process, not for this connection.
    sqlite3.connect(":memory:").execute(f"PRAGMA hard_heap_limit = {(limit or machine_memory()) // 4}")
    # Connections for queries write nothing but temporary files.
    full = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_NOMEM}
    connect, execute, execute_fn = Database.connect, Database.execute, Database.execute_fn

    def connect_bounded(self, write=False):
        connection = connect(self, write)
        if not folder:
            connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    async def execute_fn_bounded(self, fn):
        try:
            return await execute_fn(self, fn)
        except (MemoryError, sqlite3.Error) as error:
            if isinstance(error, MemoryError) or getattr(error, "sqlite_errorcode", None) in full:
                raise sqlite3.OperationalError(TOO_LARGE) from error
            raise

    async def execute_bounded(self, sql, params=None, truncate=False, custom_time_limit=None, *more, **options):
        try:
            return await execute(self, sql, params, truncate, custom_time_limit, *more, **options)
        except sqlite3.OperationalError as error:
            # Facets and counts, which a page does without when they take too long.
            if error.args == (TOO_LARGE,) and custom_time_limit and not truncate:
                raise QueryInterrupted(error, sql, params) from error
            raise

    Database.connect, Database.execute, Database.execute_fn = connect_bounded, execute_bounded, execute_fn_bounded


def main():
    signal.signal(signal.SIGTERM, stop)
    volume = os.environ.get("DATASETTE_VOLUME")
    if os.getuid() == 0:
        leave_root(volume)
    databases = databases_on(volume) if volume else []
    bound_queries()
    # Python's -I leaves this folder out.
    sys.path.append(os.path.dirname(__file__))
    from kept_answers import keep_answers

    keep_answers()
    from datasette.cli import cli

    port = os.environ.get("PORT") or "8006"
    cli.main(args=["serve", "--host", "0.0.0.0", "--port", port, *databases, *sys.argv[1:]], prog_name="datasette")


main()
