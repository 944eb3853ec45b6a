"""Asks the site in this container whether it answers: `launch.pyc healthcheck`, which Docker runs as there is no shell."""

import os
import socket

# No database is asked for it, and the log leaves it out.
PATH = "/-/versions.json?_healthcheck=1"
SECONDS = 8


def is_healthy():
    """Whether the site answers; with a refusal as well, as a plugin may want visitors to log in."""
    port = int(os.environ.get("PORT") or "8006")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
            connection.sendall(f"GET {PATH} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
            version, status, *_ = connection.recv(64).decode("latin-1").split(" ", 2)
    except (OSError, ValueError):
        return False
    return version.startswith("HTTP/") and status < "500"


def leave_out(record):
    """Keeps checks that went well out of uvicorn's log of requests."""
    return not (isinstance(record.args, tuple) and PATH in record.args and record.args[-1] == 200)


def keep_out_of_log():
    # The check itself needs none of it.
    import logging

    logging.getLogger("uvicorn.access").addFilter(leave_out)
