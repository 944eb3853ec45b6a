"""Entry point of the image: `datasette serve` on $PORT, with the image's command as its options."""

import os
import signal
import sys


def stop(signum, frame):
    """As process 1, Linux ignores a signal that nothing handles; uvicorn handles it once it serves."""
    os._exit(128 + signum)


def main():
    signal.signal(signal.SIGTERM, stop)
    from datasette.cli import cli

    port = os.environ.get("PORT") or "8006"
    cli.main(args=["serve", "--host", "0.0.0.0", "--port", port, *sys.argv[1:]], prog_name="datasette")


main()
