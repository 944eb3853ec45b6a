"""Datasette's queries, each with an end to what it may take."""

import re
import sqlite3
from contextvars import ContextVar

from datasette.database import Database, QueryInterrupted
from datasette.views.base import DatasetteError

from .memory import MEGABYTE
from .weight import Answer, Meter, RowsTooLarge, current

# Connections for queries write nothing but temporary files.
FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_NOMEM}
NEEDS_SPACE = "This query needs more temporary space than this site has."
TOO_LARGE = "{} larger than {:g} MB, the most that this site allows. {} raises that."
# A result of these that is too large, SQLite makes NULL. So they may use all of its memory, and what comes of it is measured here.
SILENT = re.compile(r"\b(printf|format)\b", re.IGNORECASE)
SQLITE_LARGEST = 1_000_000_000

# SQL of the query that is run, in the task that runs it.
running = ContextVar("running", default="")


class ValueTooLarge(sqlite3.OperationalError):
    pass


class Refused(sqlite3.OperationalError):
    """A query that came to an end. Datasette shows its words, with status 400."""


class Limits:
    """Bytes of a value and of an answer's rows, 0 for no limit; and the folder of temporary files, or None."""

    def __init__(self, value, rows, folder):
        self.value, self.rows, self.folder = value, rows, folder

    def prepare(self, connection):
        if not self.folder:
            connection.execute("PRAGMA temp_store = MEMORY")

    def run(self, fn, connection, meter, sql):
        """
        What `fn` makes of the connection, within the limits. That of a value is for SQL of visitors: Datasette's own makes
        none that are large, and a count or a facet may pass over what the owner has stored.
        """
        make_text = connection.text_factory
        is_bound = self.value and meter.answer.has_sql
        is_silent = SILENT.search(sql)

        def measured(encoded):
            if len(encoded) > self.value:
                raise ValueTooLarge("value too large")
            return make_text(encoded)

        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self.value if is_bound and not is_silent else SQLITE_LARGEST)
        if is_bound and is_silent:
            connection.text_factory = measured
        try:
            return meter.run(fn, connection) if self.rows else fn(connection)
        finally:
            connection.text_factory = make_text

    def explain(self, error, answer, sql):
        """What to say of an error; None where it is none of an end."""
        code = getattr(error, "sqlite_errorcode", None)
        is_silent = self.value and answer.has_sql and isinstance(error, MemoryError) and SILENT.search(sql)
        if code == sqlite3.SQLITE_TOOBIG or isinstance(error, ValueTooLarge) or is_silent:
            return TOO_LARGE.format("A value in this query is", self.value / MEGABYTE, "DATASETTE_MAX_VALUE_MB")
        if isinstance(error, RowsTooLarge):
            return TOO_LARGE.format("The rows of this answer are", self.rows / MEGABYTE, "DATASETTE_MAX_ANSWER_MB")
        return NEEDS_SPACE if isinstance(error, MemoryError) or code in FULL else None


def limit_queries(limits):
    """Has every query of every database end at the limits."""
    # In 1.0, Datasette's own queries do not pass the method that plugins use.
    name = "_execute_fn" if hasattr(Database, "_execute_fn") else "execute_fn"
    connect, execute, run = Database.connect, Database.execute, getattr(Database, name)

    def connect_limited(self, *arguments, **options):
        connection = connect(self, *arguments, **options)
        limits.prepare(connection)
        return connection

    async def run_limited(self, fn):
        answer, sql = current.get() or Answer(), running.get()
        meter = Meter(answer, limits.rows)
        try:
            result = await run(self, lambda connection: limits.run(fn, connection, meter, sql))
        except (MemoryError, sqlite3.Error) as error:
            words = limits.explain(error, answer, sql)
            if words is None:
                raise
            # What the frames of the query hold is free for the page that says so.
            raise Refused(words) from error.with_traceback(None)
        answer.add(meter.bytes)
        return result

    async def execute_limited(self, sql, params=None, truncate=False, custom_time_limit=None, *more, **options):
        token = running.set(sql)
        try:
            return await execute(self, sql, params, truncate, custom_time_limit, *more, **options)
        except Refused as error:
            # Facets and counts, which a page does without when they take too long.
            if custom_time_limit and not truncate:
                raise QueryInterrupted(error, sql, params) from error
            # Datasette gives an empty CSV for SQL that fails.
            if truncate and getattr(current.get(), "is_csv", False):
                raise DatasetteError(str(error), status=400) from error
            raise
        finally:
            running.reset(token)

    Database.connect, Database.execute = connect_limited, execute_limited
    setattr(Database, name, run_limited)
