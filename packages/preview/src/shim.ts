/**
 * The Python side: makes the Datasette application as `datasette serve -i … --inspect-file … --cors` does,
 * and runs each request as a task of its own against the ASGI application.
 */
export const shim = `
import asyncio, json, sys
from urllib.parse import unquote
sys.path.insert(0, "/site-packages")
from datasette.app import DEFAULT_SETTINGS, OBSOLETE_SETTINGS, Datasette
from datasette.utils import value_as_boolean

# Datasette streams CSV row by row: one message per row would cost more than the row.
CHUNK_BYTES = 65536
tasks = {}

def typed(name, value):
    if name not in DEFAULT_SETTINGS:
        raise ValueError(OBSOLETE_SETTINGS.get(name) or f"{name} is not a setting of Datasette")
    default = DEFAULT_SETTINGS[name]
    if isinstance(default, bool):
        return value_as_boolean(value)
    if isinstance(default, int):
        if not value.isdigit():
            raise ValueError(f'The setting "{name}" should be an integer')
        return int(value)
    return value

async def boot(config_json):
    global app
    config = json.loads(config_json)
    settings = {name: typed(name, value) for name, value in config["settings"].items()}
    settings["num_sql_threads"] = 0
    datasette = Datasette(
        [],
        immutables=config["immutables"],
        inspect_data=config["inspectData"],
        metadata=config["metadata"],
        settings=settings,
        cors=True,
    )
    await datasette.invoke_startup()
    for database in datasette.databases.values():
        await database.execute("select 1 from sqlite_master limit 1")
    app = datasette.app()

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
