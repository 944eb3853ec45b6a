"""What the rows of an answer weigh."""

import sqlite3
from contextvars import ContextVar
from json.encoder import encode_basestring_ascii
from sys import getsizeof

# What a value takes besides the object: its cell, with markup.
CELL_BYTES = 60
# Bytes of a row from which its text is looked at.
LONG_ROW = 2_000

# The answer that is being made, in the task of its request.
current = ContextVar("current", default=None)


class RowsTooLarge(sqlite3.OperationalError):
    pass


def weigh(values):
    """Bytes that the values of a row take: as objects and as cells, or long text in JSON."""
    size = sum(map(getsizeof, values))
    if size > LONG_ROW:
        size += sum(len(encode_basestring_ascii(value)) - len(value) for value in values if is_escaped(value))
    return size + CELL_BYTES * len(values)


def is_escaped(value):
    return isinstance(value, str) and not (value.isascii() and value.isprintable())


class Answer:
    """
    An answer that is being made: the bytes of the rows that it holds, and whether SQL of the visitor finds them. CSV is sent
    query by query, and holds the rows of one.
    """

    def __init__(self, has_sql=False, is_csv=False):
        self.bytes = 0
        self.has_sql, self.is_csv = has_sql, is_csv

    def add(self, bytes):
        if not self.is_csv:
            self.bytes += bytes


class Meter:
    """Weighs the rows that one query gives to an answer."""

    def __init__(self, answer, most):
        self.answer, self.most, self.bytes = answer, most, 0

    def run(self, fn, connection):
        """What `fn` makes of the connection. Raises `RowsTooLarge` once the answer would hold more than `most`."""
        make_row = connection.row_factory
        left = self.most - self.answer.bytes
        held = 0

        def weighed(cursor, values):
            nonlocal held
            held += weigh(values)
            if held > left:
                raise RowsTooLarge("rows too large")
            return make_row(cursor, values)

        connection.row_factory = weighed
        try:
            return fn(connection)
        finally:
            connection.row_factory = make_row
            self.bytes = held
