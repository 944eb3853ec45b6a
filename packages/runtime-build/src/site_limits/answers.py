"""Datasette's application, within its memory."""

import gc
from urllib.parse import parse_qsl

from datasette.app import Datasette, DatasetteRouter
from datasette.views.base import DatasetteError

from .weight import Answer, current

NO_MEMORY = "This answer needs more memory than this site has left."


# With one of these, SQL is the visitor's.
SQL_ARGUMENTS = {"sql", "_where"}
# Bytes of a body that are given to the server at once. What is kept has less than 2 MB, and comes whole.
PIECE = 2_000_000


class WeighedAnswers:
    """The ASGI application around Datasette's: an `Answer` for each request, sent piece by piece where it is large."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        token = current.set(read_answer(scope))
        try:
            await self.app(scope, receive, in_pieces(send))
        finally:
            current.reset(token)


def in_pieces(send):
    """Sends a large body in pieces: the server copies what it is given, and waits for a slow visitor before it takes the next."""

    async def send_pieces(message):
        body = message.get("body", b"")
        for start in range(0, len(body) - PIECE, PIECE):
            await send({**message, "body": body[start : start + PIECE], "more_body": True})
        rest = (len(body) - 1) // PIECE * PIECE
        await send({**message, "body": body[rest:]} if rest > 0 else message)

    return send_pieces


def read_answer(scope):
    """The answer that is to be made for a request."""
    arguments = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    is_csv = scope.get("path", "").endswith(".csv") or ("_format", "csv") in arguments
    return Answer(has_sql=any(name in SQL_ARGUMENTS for name, _ in arguments), is_csv=is_csv)


def is_out_of_memory(exception):
    return isinstance(exception, MemoryError) or (isinstance(exception, RuntimeError) and "start new thread" in str(exception))


def limit_answers():
    """Has every request weighed, and an error page say that there was no memory left to make an answer."""
    make_app, handle = Datasette.app, DatasetteRouter.handle_exception

    async def handle_exception(self, request, send, exception):
        if is_out_of_memory(exception):
            # The page that says so needs what the frames of the answer hold.
            exception.with_traceback(None)
            gc.collect()
            exception = DatasetteError(NO_MEMORY, status=503)
        return await handle(self, request, send, exception)

    Datasette.app = lambda self: WeighedAnswers(make_app(self))
    DatasetteRouter.handle_exception = handle_exception
