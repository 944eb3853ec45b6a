"""Keeps what Datasette answers, so that a crowd is served from memory. See docs/crowds.md."""

import os
import sys
import threading

from .answers import KeptAnswers
from .bounded import Bounded
from .policy import Policy
from .rows import SCHEMA_METHODS, KeptRows

MEGABYTE = 1_000_000
DEFAULT_MEGABYTES = 32
QUERY_NICENESS = 10


def read_bytes(environ):
    """Bytes of answers and rows to keep, by `DATASETTE_KEEP_MB`; the default where it is no number."""
    text = environ.get("DATASETTE_KEEP_MB", "")
    try:
        return int(float(text) * MEGABYTE)
    except (ValueError, OverflowError):
        if text:
            print(f"DATASETTE_KEEP_MB is no number: {text!r}. It is {DEFAULT_MEGABYTES}.", file=sys.stderr)
        return DEFAULT_MEGABYTES * MEGABYTE


def step_back():
    """Lets the loop go before the thread that calls this: what is kept is sent while queries run. Linux has a niceness per thread."""
    if threading.current_thread() is not threading.main_thread():
        try:
            niceness = os.getpriority(os.PRIO_PROCESS, os.getpid()) + QUERY_NICENESS
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
        except OSError:
            pass


def keep_answers(environ=os.environ):
    """
    Puts the answers that are kept in front of every app that Datasette makes, outermost, and rows behind its databases.
    `DATASETTE_KEEP_ANSWERS` is auto, on or off; `DATASETTE_KEEP_MB` bounds both, a quarter of it for rows.
    """
    limit = read_bytes(environ)
    mode = environ.get("DATASETTE_KEEP_ANSWERS", "auto")
    if mode == "off" or limit <= 0:
        return
    from datasette.app import Datasette
    from datasette.database import Database, QueryInterrupted

    make_app, execute, connect = Datasette.app, Database.execute, Database.connect
    rows = KeptRows(Bounded(limit // 4), QueryInterrupted)

    def app(self):
        # Datasette's own client makes an app per request: what is kept belongs to the instance.
        if "_kept_answers" not in self.__dict__:
            policy = Policy(self, trusted=mode == "on", shared_seconds=environ.get("DATASETTE_CDN_SECONDS"))
            self._kept_answers = policy, Bounded(limit - limit // 4), {}
        return KeptAnswers(make_app(self), *self._kept_answers)

    async def execute_kept(self, sql, params=None, truncate=False, custom_time_limit=None, page_size=None, **options):
        return await rows.execute(execute, self, sql, params, truncate, custom_time_limit, page_size, **options)

    def connect_behind(self, *arguments, **options):
        step_back()
        return connect(self, *arguments, **options)

    Datasette.app, Database.execute, Database.connect = app, execute_kept, connect_behind
    for name in SCHEMA_METHODS:
        setattr(Database, name, rows.keep_schema(getattr(Database, name)))
