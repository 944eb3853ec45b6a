/**
 * Python that leaves in memory what a first visit would have to load: a boot over a small database, a page of each kind,
 * every template compiled. No JavaScript object may be alive in a snapshot, so this runs on an event loop of its own,
 * not on Pyodide's. It leaves no site behind.
 */
export const warmUp = `
import sqlite3

class NoSelector:
    def select(self, timeout):
        return []

class PlainLoop(asyncio.BaseEventLoop):
    """Runs what is due; waits for nothing from outside."""
    _selector = NoSelector()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

async def visit(path):
    async def take(number, data):
        pass
    await respond(0, "GET", path, [("host", "localhost")], b"", lambda number, status, headers: None, take)

async def visit_all():
    database = "/tmp/warm.db"
    with sqlite3.connect(database) as connection:
        connection.execute("create table t (id integer primary key, name text, size real)")
        connection.executemany("insert into t (name, size) values (?, ?)", [(f"name {n % 3}", n / 2) for n in range(200)])
        connection.execute("create virtual table t_fts using fts5(name, content='t')")
    connection.close()
    problem = await boot(["-i", database, "--setting", "num_sql_threads", "0"], "/")
    assert problem is None, problem
    for name in environment.list_templates():
        environment.get_template(name)
    for path in (
        "/", "/warm", "/warm/t", "/warm/t/1", "/warm/t?_facet=name", "/warm/t?_search=name", "/warm?sql=select+1", "/none",
        "/-/databases.json", "/warm.json", "/warm/t.json?_where=1&_nofacet=1&_nosuggest=1", "/warm/t.json?_next=100&_nocount=1",
        "/warm/t.csv?_stream=1", "/-/static/app.css",
    ):
        await visit(path)
    os.remove(database)

running = asyncio._get_running_loop()
asyncio._set_running_loop(None)
loop = PlainLoop()
loop.run_until_complete(visit_all())
loop.close()
asyncio._set_running_loop(running)
del app, datasette, environment, loop, running
gc.collect()
everything = gc.get_objects()
generators = [one for one in everything if isinstance(one, random.Random) and not isinstance(one, random.SystemRandom)]
del everything
# What is here stays: the collector need not look at it again.
gc.freeze()
`;
