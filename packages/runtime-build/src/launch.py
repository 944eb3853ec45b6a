"""
Entry point of the image: `datasette serve` on $PORT, with the image's command as its options. With `healthcheck` alone, it
asks the site that serves already.
"""

import os
import signal
import sys

NOBODY = 65532


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


def serve():
    volume = os.environ.get("DATASETTE_VOLUME")
    if os.getuid() == 0:
        leave_root(volume)
    databases = databases_on(volume) if volume else []
    from healthcheck import keep_out_of_log
    from kept_answers import keep_answers
    from lazy_pint import delay_pint
    from site_limits import limit_site

    delay_pint()
    limit_site()
    keep_answers()
    keep_out_of_log()
    from datasette.cli import cli

    port = os.environ.get("PORT") or "8006"
    cli.main(args=["serve", "--host", "0.0.0.0", "--port", port, *databases, *sys.argv[1:]], prog_name="datasette")


def main():
    # Python's -I leaves this folder out.
    sys.path.append(os.path.dirname(__file__))
    from left_out import tell_left_out

    tell_left_out()
    if sys.argv[1:] == ["healthcheck"]:
        from healthcheck import is_healthy

        sys.exit(0 if is_healthy() else 1)
    signal.signal(signal.SIGTERM, stop)
    serve()


main()
