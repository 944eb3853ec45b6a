"""Units with the registry that is made late, against the one that Datasette makes. `python lazy_pint_test.py`, in a Python with 0.65."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile

UNITS = {"databases": {"data": {"tables": {"t": {"units": {"length": "m", "noise": "dB"}}}}}}
BROKEN = {"databases": {"data": {"tables": {"t": {"units": {"length": "nosuchunit"}}}}}}
SITES = {
    "none": {},
    "units": {"custom_units": ["decibel = [] = dB"], **UNITS},
    "broken": BROKEN,
    "broken custom": {"custom_units": ["= = 3"], **UNITS},
}
PATHS = ["/data/t", "/data/t.json", "/data/t.json?length__gt=1500+mm", "/data/t?length__gt=0.002+km", "/data/t?length__lt=2", "/data/t.json?noise=3"]
PATHS += ["/data/t?length__gt=3+nosuchunit", "/data/t/1", "/data/t?_facet=length", "/data/t.csv", "/data/t?length__gt=3+kg"]

# What one site answers, or the error that it starts with; and whether pint was there before somebody asked.
SCRIPT = """
import asyncio, json, re, sys
path, site, paths, lazy = json.loads(sys.argv[1])
if lazy:
    sys.path.insert(0, lazy)
    from lazy_pint import delay_pint
    delay_pint()
from datasette.app import Datasette
early = "datasette.vendored.pint.registry" in sys.modules
async def main():
    try:
        datasette = Datasette([], immutables=[path], metadata=site)
        await datasette.invoke_startup()
    except Exception as error:
        return [repr(error)]
    answers = []
    for asked in paths:
        answer = await datasette.client.get(asked)
        answers.append([asked, answer.status_code, re.sub(r'[0-9.]+ms|"query_ms": [0-9.]+', "", answer.text)])
    from datasette.vendored import pint
    return answers + [pint.__name__, str(pint.Unit("m"))]
print(json.dumps([early, asyncio.run(main())]))
"""


def answers(path, site, lazy):
    argument = json.dumps([path, site, PATHS, lazy and os.path.dirname(os.path.abspath(__file__))])
    done = subprocess.run([sys.executable, "-B", "-c", SCRIPT, argument], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data.db")
        with sqlite3.connect(path) as db:
            db.execute("create table t (id integer primary key, length real, noise integer)")
            db.executemany("insert into t values (?, ?, ?)", [(i, i / 2, i) for i in range(1, 9)])
        for name, site in SITES.items():
            (early, plain), (lazily, late) = answers(path, site, None), answers(path, site, True)
            assert late == plain, (name, [pair for pair in zip(plain, late) if pair[0] != pair[1]])
            assert early and not lazily, name
            print(name, [answer[1] if isinstance(answer, list) else answer for answer in plain])
    print("units as ever")


if __name__ == "__main__":
    main()
