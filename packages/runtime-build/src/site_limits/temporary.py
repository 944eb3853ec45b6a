"""Where temporary files go."""

import os

FOLDERS = ["/tmp", "/dev/shm"]


def is_in_memory(folder):
    """Whether the folder's file system is a tmpfs, whose files count as memory of the container."""
    nearest, kind = "", "tmpfs"
    with open("/proc/self/mounts") as file:
        for _, point, type, *_ in map(str.split, file):
            if len(point) >= len(nearest) and f"{folder}/".startswith(point.rstrip("/") + "/"):
                nearest, kind = point, type
    return kind == "tmpfs"


def memory_of_files(folder):
    """Bytes of memory that files in the folder can take: the size of a tmpfs, 0 of a disk or of no folder."""
    if folder is None or not os.path.isdir(folder) or not is_in_memory(folder):
        return 0
    system = os.statvfs(folder)
    return system.f_blocks * system.f_frsize


def holds_temporary_files(folder, limit):
    """Whether the folder can be written, and be filled up without the container running out of memory."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    return limit is None or memory_of_files(folder) <= limit // 3


def choose_temporary_folder(limit):
    """Tells SQLite where its temporary files go, before it is imported: it reads the variable once. None: there is no folder."""
    usable = (folder for folder in FOLDERS if holds_temporary_files(folder, limit))
    folder = os.environ.get("SQLITE_TMPDIR") or next(usable, None)
    if folder:
        os.environ["SQLITE_TMPDIR"] = folder
    choose_small_folder(folder)
    return folder


def choose_small_folder(other):
    """Tells Python where its own go. Datasette 1.0 keeps its internal database in one, which is small: any folder will do."""
    folder = next((folder for folder in FOLDERS if os.access(folder, os.W_OK | os.X_OK)), other)
    if folder:
        os.environ.setdefault("TMPDIR", folder)
