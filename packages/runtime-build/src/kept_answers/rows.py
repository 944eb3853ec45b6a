"""Rows of Datasette's own queries, kept: those of immutable databases never change."""

import copy
import sys
from contextvars import ContextVar

asking = ContextVar("asking", default=None)

# What Datasette asks of a table's columns and keys, each time it shows the table.
SCHEMA_METHODS = [
    "table_columns",
    "table_column_details",
    "primary_keys",
    "fts_table",
    "foreign_keys_for_table",
    "get_all_foreign_keys",
]
# What a row and a value take besides the value: object headers.
ROW_OVERHEAD = 100
RESULT_OVERHEAD = 1_000


class Question:
    """
    What a visitor asks, while the application works on it. `own`: each query is one that Datasette composed for an
    immutable database's tables. `partial`: one took too long, so that the answer may lack something.
    """

    def __init__(self, own):
        self.own = own
        self.partial = False

    def __enter__(self):
        self._token = asking.set(self)

    def __exit__(self, *error):
        asking.reset(self._token)


def measure(rows):
    return RESULT_OVERHEAD + sum(ROW_OVERHEAD + sum(map(sys.getsizeof, row)) for row in rows)


def is_fixed(database):
    return not database.is_mutable and not database.is_memory


class KeptRows:
    """Stands in front of `Database.execute` and of the methods that read a schema."""

    def __init__(self, kept, interrupted):
        self.kept, self.interrupted = kept, interrupted

    async def execute(self, execute, database, sql, params, truncate, time_limit, page_size, **options):
        question = asking.get()
        keeps = question is not None and question.own and is_fixed(database)
        # 1, 1.0 and '1' are equal or alike, but not to SQLite.
        key = (database, sql, repr(params), truncate, page_size) if keeps else None
        results = self.kept.get(key) if keeps else None
        if results is None:
            try:
                results = await execute(database, sql, params, truncate, time_limit, page_size, **options)
            except self.interrupted:
                if question is not None:
                    question.partial = True
                raise
            if keeps:
                self.kept.put(key, results, measure(results.rows) + len(sql))
        return type(results)(list(results.rows), results.truncated, results.description) if keeps else results

    def keep_schema(self, method):
        """The method of a database, whose answers for immutable ones are kept."""

        async def kept(database, *names):
            if asking.get() is None or not is_fixed(database):
                return await method(database, *names)
            key = (database, method.__name__, *names)
            found = self.kept.get(key)
            if found is None:
                found = (await method(database, *names),)
                self.kept.put(key, found, RESULT_OVERHEAD + len(repr(found)))
            return copy.deepcopy(found[0])

        return kept
