"""Limits of values and answers, of the Datasette that is installed. `python site_limits_test.py`."""

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from site_limits import limit_site, memory, read_cap
from site_limits.memory import read_megabytes
from site_limits.weight import weigh

# As in a container of this size. Nothing here may be bound by this machine's.
memory.resource.setrlimit = lambda *_: None
limit_site({"DATASETTE_MAX_VALUE_MB": "1", "DATASETTE_MAX_ANSWER_MB": "3"})

from datasette.app import Datasette
from site_limits.answers import in_pieces
from datasette.version import __version__

IS_0 = __version__.startswith("0.")

VALUE = "A value in this query is larger than 1 MB, the most that this site allows. DATASETTE_MAX_VALUE_MB raises that."
ANSWER = "The rows of this answer are larger than 3 MB, the most that this site allows. DATASETTE_MAX_ANSWER_MB raises that."
SERIES = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 900) "
LARGE_VALUES = [
    "select printf('%.*c', 300000000, 'x')",
    "select format('%.*c', 1500000, 'x') as a",
    "select zeroblob(1000001)",
    "select hex(randomblob(600000))",
    "select replace(hex(zeroblob(400000)), '0', 'xx')",
    "select group_concat(hex(zeroblob(5000))) from n",
    "select length(zeroblob(1000001))",
    "select zeroblob(1000001) || 'a'",
    "select json_group_array(hex(zeroblob(5000))) from n",
]
LARGE_ANSWERS = [
    "select hex(zeroblob(5000)) from n",
    "select zeroblob(5000) from n",
    # Six bytes each in JSON.
    "select replace(hex(zeroblob(5000)), '00', char(1)) from n limit 150",
    "select " + ", ".join(["i"] * 100) + " from n",
]
SMALL = [
    "select printf('%.*c', 1000000, 'x') as a",
    "select zeroblob(1000000) as a",
    "select printf('') as a, printf('%s', null) as b, printf(null) as c, format('%d', 3) as d",
    "select i, hex(zeroblob(500)) from n",
]


def make_database(path):
    with sqlite3.connect(path) as db:
        db.execute("create table t (id integer primary key, kind text, body)")
        db.executemany("insert into t values (?, ?, ?)", [(i, ["a", "b"][i % 2], "x" * 1000) for i in range(1, 3001)])
        db.execute("create table large (id integer primary key, body)")
        db.executemany("insert into large values (?, ?)", [(1, b"x" * 1_200_000), (2, b"x")])
        db.execute("create table huge (id integer primary key, body)")
        db.executemany("insert into huge values (?, ?)", [(1, b"x"), (2, b"x" * 4_000_000)])
        db.execute("create table wide (id integer primary key, body text)")
        db.executemany("insert into wide values (?, ?)", [(i, f"{i % 7}" * 100_000) for i in range(1, 70)])
    return path


async def ask(datasette, path, **query):
    response = await datasette.client.get(path + ("?" + urllib.parse.urlencode(query) if query else ""), follow_redirects=True)
    return response.status_code, response.text


async def check_refused(datasette, sql, words):
    """The page, the JSON and the CSV of a query name the limit and the variable."""
    for format in ["", ".json", ".csv"]:
        status, text = await ask(datasette, "/data" + format, sql=SERIES + sql)
        # 1.0 shows a page's SQL errors with status 200.
        assert status in ((400,) if IS_0 or format else (200,)) and words in text, (sql, format, status, text[-600:])


async def check_queries(datasette):
    for sql in LARGE_VALUES:
        await check_refused(datasette, sql, VALUE)
    for sql in LARGE_ANSWERS:
        await check_refused(datasette, sql, ANSWER)
    for sql in SMALL:
        for format in ["", ".json", ".csv"]:
            status, text = await ask(datasette, "/data" + format, sql=SERIES + sql)
            assert status == 200 and "MAX_" not in text, (sql, format, status, text[:300])
    _, text = await ask(datasette, "/data.json", sql=SMALL[2], _shape="array")
    plain = sqlite3.connect(":memory:").execute(SMALL[2]).fetchone()
    assert json.loads(text) == [dict(zip("abcd", plain))], text


async def check_tables(datasette):
    """What is stored may be larger than a visitor's value, and is in nobody's way. A stream has no end."""
    for path, words in [("/data/wide", ANSWER), ("/data/wide.json", ANSWER), ("/data/huge/2.json", ANSWER)]:
        status, text = await ask(datasette, path)
        assert status == 400 and words in text, (path, status, text[-300:])
    for path in ["/", "/data", "/data/large", "/data/large/1.json", "/data/huge/1", "/data/huge?_col=id", "/data/t?_size=900", "/data/wide?_size=10"]:
        status, text = await ask(datasette, path)
        assert status == 200, (path, status, text[-300:])
    status, text = await ask(datasette, "/data/t.csv", _stream="on")
    assert status == 200 and len(text) > 3_000_000 and len(text.splitlines()) == 3001, (status, len(text))


async def check_facets(datasette):
    """Facets are left out that do not fit, as those that take too long."""
    for path in ["/data/wide.json", "/data/wide"]:
        status, text = await ask(datasette, path, _size="1", _facet="body")
        assert status == 200, text[-300:]


async def check_memory(datasette):
    """Where Python has no memory for an answer, a page says so."""

    async def fail(*_, **__):
        raise MemoryError

    render, Datasette.render_template = Datasette.render_template, fail
    status, text = await ask(datasette, "/data")
    Datasette.render_template = render
    assert status == 503 and "needs more memory than this site has left" in text, (status, text)
    assert (await ask(datasette, "/data"))[0] == 200


async def check_pieces():
    """A body arrives as it was, large or not, in pieces of at most 2 MB."""
    for length in [0, 1, 1_999_999, 2_000_000, 2_000_001, 4_000_000, 5_000_001]:
        body, sent = os.urandom(length), []

        async def send(message):
            sent.append(message)

        await in_pieces(send)({"type": "http.response.body", "body": body})
        assert b"".join(message["body"] for message in sent) == body and max(len(message["body"]) for message in sent) <= 2_000_000
        assert [message.get("more_body", False) for message in sent] == [True] * (max(length - 1, 0) // 2_000_000) + [False], length
        assert all(message["body"] for message in sent) or length == 0
    await in_pieces(send)({"type": "http.response.start", "status": 200})
    assert sent[-1] == {"type": "http.response.start", "status": 200}


def check_parts():
    for text, length in [("a", 1), ("ü", 6), ("\x01", 6), ("\n", 2), ("😀", 12)]:
        assert length * 3000 <= weigh([text * 3000]) <= (length + 4) * 3000, text
    assert weigh([b"a" * 5000]) >= 5000 and 60 < weigh([None]) < weigh(["ü"]) < 160
    assert [read_megabytes({"A": text}, "A", 7) for text in ["", "2", "0.5", "0", "x", "inf"]] == [7, 2_000_000, 500_000, 0, 7, 7]
    assert [read_cap({}, "A", share, 64) for share in [100, 33_554_432, 10**12]] == [1_000_000, 33_000_000, 64_000_000]
    found = []
    memory.resource.setrlimit = lambda _, limits: found.append(limits[0])
    for size, files in [(256, 64), (512, 0), (100, 90)]:
        memory.bound_memory(size * 10**6, files * 10**6)
    assert found == [206_400_000, 500_800_000, 90_000_000], found


async def main():
    check_parts()
    with tempfile.TemporaryDirectory() as folder:
        datasette = Datasette([], immutables=[make_database(os.path.join(folder, "data.db"))], cors=True)
        await datasette.invoke_startup()
        await check_queries(datasette)
        await check_tables(datasette)
        await check_facets(datasette)
        await check_memory(datasette)
        await check_pieces()
    print("limits hold")


if __name__ == "__main__":
    asyncio.run(main())
