"""Kept answers against fresh ones of the same Datasette, in one process. `python kept_answers_test.py [orders] [seed]`."""

import asyncio
import gzip
import inspect
import os
import random
import re
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm

from kept_answers import KeptAnswers, Policy, keep_answers, read_bytes
from kept_answers.bounded import Bounded
from kept_answers.visit import accepts_gzip, read_max_age

make_plain = Datasette.app
keep_answers({"DATASETTE_KEEP_MB": "2"})

METADATA = {
    "databases": {
        "data": {
            "queries": {
                "canned": "select kind, count(*) from t where kind = :kind group by kind",
                "agent": "select :_header_user_agent as agent",
                "moved": "select id from t order by random() limit 1",
            }
        }
    }
}
PATHS = [
    *["/", "/.json", "/data", "/data.json", "/data/t", "/data/t.json", "/data/t/1", "/data/t/1.json", "/data/v", "/data/v.json"],
    *["/data/t.csv", "/data/none", "/data/t/9999", "/none", "/data/t/", "/data/%74", "/data/canned?kind=a", "/data/agent.json", "/data/words"],
    *["/data?sql=select+count(*)+from+t", "/data.json?sql=select+kind+from+t", "/data/t?_where=n>3", "/-/versions.json", "/-/static/app.css"],
    *["/data/t?_facet=kind&_sort=n", "/data/t.json?_facet=kind", "/data/t.json?_shape=objects&_size=3", "/data/t?_next=100", "/data/t?_size=5"],
    *["/data/t?kind=b&_sort_desc=n", "/data/t?kind__contains=%C3%BC", "/data/t?_col=n", "/data/t.json?_ttl=0", "/data/t?_ttl=60", "/data/t?_sort=bad"],
    *["/data/t?_filter_column=kind&_filter_op=exact&_filter_value=a", "/data/t?x=%0d%0aSet-Cookie:%20a=b", "/data/t.json?_labels=on"],
    *["/data/-/query?sql=select+1", "/data/-/query.json?sql=select+1", "/data/t/-/schema.json", "/data.db?x"],
]
HOSTS = ["a.example", "b.example:8080", "A.example", "[::1]:80", "evil.example/<script>", "a.example\", x", ""]
COOKIES = [None, None, None, "ds_actor=x", "a=b"]
ENCODINGS = [None, "gzip", "gzip;q=0", "GZIP, br", "br", "*", "identity;q=0", "gzip;q=0.0, identity", "\xff,;=gzip"]
OTHERS = [
    *[{}, {}, {}, {"x-forwarded-host": "evil.example"}, {"x-forwarded-proto": "https"}, {"x-original-url": "/none"}, {"origin": "https://evil.example"}],
    *[{"authorization": "Bearer x"}, {"user-agent": "one"}, {"user-agent": "two"}, {"range": "bytes=0-3"}, {"accept": "application/json"}],
    *[{"cache-control": "no-cache"}, {"if-none-match": '"nobodys"'}, {"content-length": "0"}, {"x-http-method-override": "POST"}],
]


def make_database(path):
    with sqlite3.connect(path) as db:
        db.execute("create table t (id integer primary key, kind text, n real)")
        db.executemany("insert into t values (?, ?, ?)", [(i, ["a", "b", "ü<&"][i % 3], i / 4) for i in range(1, 130)])
        db.execute("create view v as select kind, count(*) as c from t group by kind")
        db.execute("create view clock as select id, hex(randomblob(8)) as now from t limit 1")
        db.execute("create virtual table words using fts4 (word)")
    db.close()
    return path


async def ask(app, path, headers=None, method="GET", scheme="http"):
    """Status, headers and body of one request."""
    path, _, query = path.partition("?")
    sent = []

    async def send(message):
        sent.append(message)
        await asyncio.sleep(0)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    lines = [(name.encode(), value.encode("latin-1")) for name, value in ({"host": "a.example"} | (headers or {})).items() if value is not None]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": scheme, "headers": lines}
    decoded = re.sub("%[0-9A-Fa-f]{2}", lambda found: chr(int(found[0][1:], 16)), path)
    scope |= {"path": decoded, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "client": ("1.2.3.4", 5)}
    await app(scope, receive, send)
    start = sent[0]
    found = {}
    for name, value in start["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return start["status"], found, b"".join(message.get("body", b"") for message in sent[1:])


def without_timings(body):
    return re.sub(rb'("query_ms": ?|Queries took )[0-9.]+', rb"\1", body)


def compare(fresh, kept, headers, method):
    """The same status, bytes and headers, but for those that keeping is about."""
    assert fresh[0] == kept[0], (fresh[0], kept[0])
    body = kept[2]
    if "content-encoding" in kept[1] and "content-encoding" not in fresh[1]:
        assert accepts_gzip((headers.get("accept-encoding") or "").encode("latin-1"))
        body = gzip.decompress(body) if body else body
    if method == "HEAD":
        # Where Datasette gives a body all the same, the server leaves it out.
        assert without_timings(body) in (b"", without_timings(fresh[2]))
    else:
        assert without_timings(fresh[2]) == without_timings(body), (fresh[2][:200], body[:200])
    ours = {"cache-status", "age", "etag", "content-length", "content-encoding", "vary"}
    if "cache-status" in kept[1]:
        assert set(fresh[1]["vary"][0].split(", ")) < set(kept[1]["vary"][0].split(", "))
        assert int(kept[1]["content-length"][0]) == len(kept[2]) or method == "HEAD"
        assert fresh[0] == 200 and "set-cookie" not in fresh[1]
    else:
        ours = set()
    assert {k: v for k, v in fresh[1].items() if k not in ours} == {k: v for k, v in kept[1].items() if k not in ours}


def random_request(choose):
    headers = {"host": choose(HOSTS), "cookie": choose(COOKIES), "accept-encoding": choose(ENCODINGS), **choose(OTHERS)}
    return choose(PATHS), headers, choose(["GET", "GET", "GET", "HEAD"]), choose(["http", "http", "https"])


async def check_orders(plain, kept, orders, seed):
    """Random orders of requests, some at the same time, to an app that stays warm."""
    choose = random.Random(seed).choice
    fresh = {}
    for _ in range(orders):
        requests = [random_request(choose) for _ in range(choose([1, 2, 3, 5]))]
        requests += [requests[0]] * choose([0, 1, 3])
        answers = await asyncio.gather(*(ask(kept, *request) for request in requests))
        for request, answer in zip(requests, answers):
            path, headers, method, scheme = request
            # What a fresh answer depends on in the end: Datasette reads nothing else of these headers.
            key = path, method, scheme, repr(sorted((k, v) for k, v in headers.items() if k != "accept-encoding"))
            if key not in fresh:
                fresh[key] = await ask(plain, *request)
            try:
                compare(fresh[key], answer, headers, method)
            except AssertionError as error:
                raise AssertionError(request, seed) from error
            if headers["cookie"] or "authorization" in headers or headers["host"] not in HOSTS[:4]:
                assert "cache-status" not in answer[1], request


def status_of(answer):
    return answer[1].get("cache-status", [""])[0].removeprefix("datasette; ")


async def statuses(app, *requests):
    return [status_of(await ask(app, *request if isinstance(request, tuple) else (request,))) for request in requests]


STORED = "fwd=miss; stored"


async def check_what_is_kept(kept):
    assert await statuses(kept, "/data/t?q", "/data/t?q", ("/data/t?q", {"accept-encoding": "gzip"})) == [STORED, "hit", "hit"]
    assert await statuses(kept, ("/data/t?h", None, "HEAD"), "/data/t?h", ("/data/t?h", None, "HEAD")) == [STORED, "hit", "hit"]
    cookie = {"cookie": "a=b"}
    assert await statuses(kept, ("/data/t?c", cookie), ("/data/t?c"), ("/data/t?c", cookie)) == ["", STORED, ""]
    assert await statuses(kept, ("/data/t?o", {"host": "b.example"}), "/data/t?o", ("/data/t?o", None, "GET", "https")) == [STORED] * 3
    assert await statuses(kept, "/data/agent.json", "/data/agent.json", "/data/t.csv?1", "/data/t.csv?1") == [""] * 4
    for forever, path in [(True, "/data/t?f"), (True, "/data/t/1?f"), (False, "/data/clock?f"), (False, "/data/t?_where=1&f"), (False, "/data/words?f"), (False, "/data/t?n__date=now")]:
        _, headers, _ = await ask(kept, path)
        assert headers["cache-status"] == ["datasette; " + STORED] and ("age" not in headers) == forever, (path, headers)


async def check_conditions(kept):
    gzipped = {"accept-encoding": "gzip"}
    _, plain, body = await ask(kept, "/data/t?e")
    _, zipped, small = await ask(kept, "/data/t?e", gzipped)
    assert plain["etag"] != zipped["etag"] and gzip.decompress(small) == body and len(small) < len(body) / 3
    for tag, headers, status in [(plain, {}, 304), (zipped, gzipped, 304), (zipped, {}, 200), (plain, gzipped, 200)]:
        answer = await ask(kept, "/data/t?e", {**headers, "if-none-match": 'W/"x", W/' + tag["etag"][0]})
        assert answer[0] == status, (tag, headers, answer[0])
        if status == 304:
            assert answer[2] == b"" and answer[1]["etag"] == tag["etag"] and answer[1]["cache-control"] == tag["cache-control"]


async def check_one_computation(datasette, kept):
    """Visitors at the same missing page wait for one; one whose answer cannot be shared keeps nobody waiting for good."""
    seen = 0
    database = datasette.databases["data"]
    run = database.execute_fn

    async def counting(fn, *more, **options):
        nonlocal seen
        seen += 1
        return await run(fn, *more, **options)

    database.execute_fn = counting
    await ask(kept, "/data/t?_where=id>1&flight=0")
    once, seen = seen, 0
    answers = await asyncio.gather(*(ask(kept, "/data/t?_where=id>1&flight=1") for _ in range(30)))
    del database.execute_fn
    assert seen <= once, (seen, once)
    assert len({answer[2] for answer in answers}) == 1
    assert {answer[0] for answer in await asyncio.gather(*(ask(kept, "/data/t/9999?w") for _ in range(9)))} == {404}


async def check_expiry(kept):
    assert await statuses(kept, "/data/v?_ttl=60", "/data/v?_ttl=60") == [STORED, "hit"]
    key = next(key for key in kept.kept._items if b"_ttl=60" in key[1] and key[0] == b"/data/v")
    kept.kept.get(key).born -= 61
    assert await statuses(kept, "/data/v?_ttl=60") == [STORED]


class Seeing:
    @staticmethod
    @hookimpl
    def extra_template_vars(request):
        return {"agent": request.headers.get("user-agent")}


class Blind:
    @staticmethod
    @hookimpl
    def extra_css_urls(datasette):
        return []


async def check_turns_off(path, notes):
    """Off where a database can be written or a plugin sees who asks; on all the same when trusted; briefly beside other plugins."""
    writable = Datasette([notes], immutables=[path]).app()
    assert await statuses(writable, "/data/t", "/data/t") == ["", ""]
    for plugin, expected in [(Seeing, ["", ""]), (Blind, [STORED, "hit"])]:
        pm.register(plugin, "test")
        try:
            app = Datasette([], immutables=[path]).app()
            assert await statuses(app, "/data/t", "/data/t") == expected
            _, headers, _ = await ask(app, "/data/t")
            assert ("age" in headers) == (expected != ["", ""])
        finally:
            pm.unregister(plugin)


async def check_options(path, notes):
    """Trusted, it keeps what may depend on who asks, that of a writable database as briefly as ever; shared caches may be told more."""
    trusted = KeptAnswers(make_plain(datasette := Datasette([notes], immutables=[path])), Policy(datasette, trusted=True), Bounded(10**6), {})
    for path_asked, forever in [("/data/t", True), ("/notes/t", False)]:
        assert await statuses(trusted, path_asked, path_asked) == [STORED, "hit"]
        assert ("age" not in (await ask(trusted, path_asked))[1]) == forever
    datasette = Datasette([], immutables=[path])
    shared = KeptAnswers(make_plain(datasette), Policy(datasette, shared_seconds="60"), Bounded(10**6), {})
    for path_asked, expected in [("/data/t", "max-age=5, s-maxage=60"), ("/data/v", "max-age=5"), ("/data/t?_ttl=9", "max-age=9, s-maxage=60")]:
        assert (await ask(shared, path_asked))[1]["cache-control"] == [expected]
    for text, size in [("", 32_000_000), ("8", 8_000_000), ("0.5", 500_000), ("0", 0), ("many", 32_000_000)]:
        assert read_bytes({"DATASETTE_KEEP_MB": text}) == size
    app, environ = Datasette.app, {"DATASETTE_KEEP_ANSWERS": "off"}
    keep_answers(environ)
    keep_answers({"DATASETTE_KEEP_MB": "0"})
    assert Datasette.app is app


async def check_bounds(path):
    app = Datasette([], immutables=[path]).app()
    for i in range(200):
        await ask(app, f"/data/t?bound={i}", {"accept-encoding": "gzip"} if i % 2 else {})
    kept = app.kept
    assert 0 < kept.size <= kept.limit == 1_500_000 and 3 < len(kept) < 200, (kept.size, len(kept))
    assert kept.size == sum(size for _, size in kept._items.values())
    assert await statuses(app, "/data/t?bound=199", "/data/t?bound=0") == ["hit", STORED]


def check_parts():
    lru = Bounded(100)
    for key in "abcd":
        lru.put(key, key, 25)
    lru.get("a")
    lru.put("e", "e", 25)
    lru.put("f", "f", 26)
    assert [lru.get(key) for key in "abcdef"] == ["a", None, "c", "d", "e", None] and lru.size == 100
    for text, expected in [(b"gzip", True), (b"gzip;q=0", False), (b"gzip; Q=0.000", False), (b"x-gzip", False), (b"br,gzip;q=0.1", True), (b"", False)]:
        assert accepts_gzip(text) == expected, text
    good = (b"Cache-Control", b"max-age=5")
    assert read_max_age(200, [good]) == 5 and read_max_age(404, [good]) == 0
    for bad in [(b"set-cookie", b"a=b"), (b"cache-control", b"private"), (b"vary", b"*"), (b"vary", b"Accept-Language"), (b"cache-control", b"max-age=9")]:
        assert read_max_age(200, [good, bad]) == 0, bad


async def main(orders=1000, seed=None):
    seed = random.randrange(10**6) if seed is None else seed
    check_parts()
    with tempfile.TemporaryDirectory() as folder:
        path = make_database(os.path.join(folder, "data.db"))
        notes = make_database(os.path.join(folder, "notes.db"))
        # 1.0 reads queries from its configuration.
        where = "config" if "config" in inspect.signature(Datasette.__init__).parameters else "metadata"
        datasette = Datasette([], immutables=[path], cors=True, **{where: METADATA})
        plain, kept = make_plain(datasette), datasette.app()
        await check_orders(plain, kept, orders, seed)
        await check_what_is_kept(kept)
        await check_conditions(kept)
        await check_one_computation(datasette, kept)
        await check_expiry(kept)
        await check_turns_off(path, notes)
        await check_options(path, notes)
        await check_bounds(path)
    print(f"{orders} orders as fresh answers, seed {seed}")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
