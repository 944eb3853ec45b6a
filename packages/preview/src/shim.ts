/**
 * The Python side: starts Datasette by its own command line, as the image does, and runs each request
 * as a task of its own against the ASGI application.
 */
export const shim = `
import asyncio, gc, json, os, random, sys, tempfile
from urllib.parse import unquote
sys.path.insert(0, "/site-packages")
import click
from datasette.cli import check_databases, serve
from jinja2 import BytecodeCache

# Datasette streams CSV row by row: one message per row would cost more than the row.
CHUNK_BYTES = 65536
tasks = {}

class MemoryCache(BytecodeCache):
    """Compiled templates; Jinja's key has the template's path, and it compares the source's digest."""
    def __init__(self):
        self.compiled = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket):
        self.compiled[bucket.key] = bucket.bytecode_to_string()

templates = MemoryCache()

async def boot(args, working_dir):
    """What is wrong with the site, in Datasette's words, or None; 'serve' with return_instance leaves out what follows it here."""
    global app, datasette, environment
    os.chdir(working_dir)
    try:
        with serve.make_context("serve", list(args)) as context:
            datasette = serve.callback(**context.params, return_instance=True)
        environment = getattr(datasette, "jinja_env", None) or datasette._jinja_env
        environment.bytecode_cache = templates
        await datasette.invoke_startup()
        await check_databases(datasette)
    except click.ClickException as error:
        return error.format_message()
    app = datasette.app()

def draw_again():
    """Gives every random generator that was made before the snapshot a state of its own."""
    for generator in generators:
        generator.seed()
    tempfile._name_sequence = None

async def respond(number, method, target, headers, body, head, chunk):
    path, _, query = target.partition("?")
    raw_path = path.encode("latin-1")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": raw_path,
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
    received = False
    pending = bytearray()

    async def flush():
        data = bytes(pending)
        pending.clear()
        await chunk(number, data)

    async def receive():
        nonlocal received
        if received:
            await asyncio.Event().wait()
        received = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event):
        if event["type"] == "http.response.start":
            pairs = event.get("headers") or []
            head(number, event["status"], json.dumps([[n.decode("latin-1"), v.decode("latin-1")] for n, v in pairs]))
        elif event["type"] == "http.response.body":
            pending.extend(event.get("body") or b"")
            if pending and (len(pending) >= CHUNK_BYTES or not event.get("more_body")):
                await flush()

    await app(scope, receive, send)
    if pending:
        await flush()

async def handle(number, method, target, headers, body, head, chunk):
    task = asyncio.current_task()
    tasks[number] = task
    try:
        await respond(number, method, target, json.loads(headers), body.to_bytes(), head, chunk)
    finally:
        del tasks[number]

def cancel(number):
    if number in tasks:
        tasks[number].cancel()
`;
