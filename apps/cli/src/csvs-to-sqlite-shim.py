"""`csvs_to_sqlite.cli` as the tests of csvs-to-sqlite call it, with `publish convert` in its place.

PUBLISH holds the command as a JSON list of words. All words pass as they are; what is printed is csvs-to-sqlite's last line.
"""

import json
import os
import subprocess

import click


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def cli(words):
    ended = subprocess.run([*json.loads(os.environ["PUBLISH"]), "convert", *words, "--json"], capture_output=True, text=True)
    if ended.returncode != 0:
        raise click.ClickException(ended.stderr)
    result = json.loads(ended.stdout)
    sources = {table["source"] for table in result["tables"] if table["source"] is not None}
    click.echo(f"Created {result['fileName']} from {len(sources)} CSV file{'' if len(sources) == 1 else 's'}")
