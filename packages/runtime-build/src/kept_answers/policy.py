"""What of Datasette's answers may be kept, and for how long. For 0.65 and 1.0."""

import sys
from urllib.parse import parse_qsl

from .rows import Question, is_fixed

# Hooks by which a plugin tells visitors apart, whatever it asks for.
VISITOR_HOOKS = {"actor_from_request", "asgi_wrapper", "permission_allowed", "permission_resources_sql"}
VISITOR_ARGUMENTS = {"request", "scope"}
# With these, SQL of the visitor or a time limit of theirs decides what an answer holds, or the clock: a value may be 'now'.
SQL_ARGUMENTS = {"sql", "_where", "_timelimit", "_facet_date"}
CLOCK_ENDING = "__date"
# These show what happened during this one request.
DEBUG_ARGUMENTS = {"_trace", "_context"}
REAL_TABLES = "select name from sqlite_master where type = 'table' and sql not like 'create virtual%'"


def find_plugins():
    """Whether there are plugins that Datasette does not bring, and the name of one that sees who asks."""
    from datasette.plugins import DEFAULT_PLUGINS, pm

    seeing = None
    for name, hook in vars(pm.hook).items():
        for found in getattr(hook, "get_hookimpls", list)():
            if found.plugin_name not in DEFAULT_PLUGINS:
                if name in VISITOR_HOOKS or VISITOR_ARGUMENTS & {*found.argnames, *found.kwargnames}:
                    seeing = found.plugin_name
    return any(name not in DEFAULT_PLUGINS for name, _ in pm.list_name_plugin()), seeing


def has_magic(sql):
    """Whether a canned query reads who asks: `:_actor_id`, `:_cookie_lang`, `:_header_host`."""
    return ":_" in sql


class Policy:
    """
    Decides for one Datasette. `trusted` says that no answer depends on who asks. Answers stay where nothing but immutable
    tables made them; `shared_seconds`, if given, then lets shared caches keep them that long.
    """

    def __init__(self, datasette, trusted=False, shared_seconds=None):
        self.datasette, self.trusted = datasette, trusted
        self.shared = b", s-maxage=%d" % int(shared_seconds) if (shared_seconds or "").isdigit() else b""
        self._databases = None
        self._told = None
        self._on = self._stays = False
        self._tables = {}

    def is_on(self):
        # Datasette makes another dictionary for each database that comes or goes.
        if self.datasette.databases is not self._databases:
            self._look_around()
        return self._on

    def _look_around(self):
        self._databases = self.datasette.databases
        self._tables = {}
        has_plugins, seeing = find_plugins()
        writable = [name for name, database in self._databases.items() if database.is_mutable and name != "_internal"]
        reason = f"the database {writable[0]} can be written" if writable else f"the plugin {seeing} sees who asks" if seeing else None
        self._on = self.trusted or reason is None
        self._stays = self.trusted or not (has_plugins or self.datasette.template_dir)
        if not self._on and self._told != reason:
            self._told = reason
            print(f"No answer is kept: {reason}. DATASETTE_KEEP_ANSWERS=on keeps them.", file=sys.stderr, flush=True)

    async def look_at(self, key):
        """The question of a path and query; None for what is not asked of a database, or shows this request alone."""
        path, query, *_ = key
        names = {name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)}
        database, table = self._find(path.decode("latin-1"))
        if DEBUG_ARGUMENTS & names or (database is None and table is None):
            return None
        if database is None:
            return Question(own=all(map(is_fixed, self._public())))
        canned = self._canned(database.name)
        if table in canned:
            return None if has_magic(canned[table]) else Question(own=False)
        if not is_fixed(database) or SQL_ARGUMENTS & names or any(name.endswith(CLOCK_ENDING) for name in names):
            return Question(own=False)
        return Question(own=table == "" or table in await self._tables_of(database))

    def _public(self):
        return [database for name, database in self._databases.items() if name != "_internal"]

    def _find(self, path):
        """Database and table of a path; `""` for the database's own page, (None, "") for the home page, (None, None) for others."""
        from datasette.utils import tilde_decode

        base = self.datasette.setting("base_url")
        if base != "/" and path.startswith(base):
            path = "/" + path[len(base) :]
        first, _, rest = path[1:].partition("/")
        route, _, format = first.partition(".")
        if not route:
            return None, None if rest else ""
        route = tilde_decode(route)
        found = next((database for database in self._public() if database.route == route), None)
        if found is None or (format == "db" and not rest):
            return None, None
        return found, tilde_decode(rest.partition("/")[0].partition(".")[0])

    async def _tables_of(self, database):
        """Views may read the clock, and virtual tables may read anything: what they show is no table of the database."""
        if database.name not in self._tables:
            try:
                self._tables[database.name] = {row[0] for row in await database.execute(REAL_TABLES)}
            except Exception:
                # Datasette's page says what is wrong with the database.
                return set()
        return self._tables[database.name]

    def _canned(self, name):
        """SQL by name of the canned queries in metadata (0.65) or configuration (1.0); those of plugins are another matter."""
        found = {}
        for source in [getattr(self.datasette, "_metadata_local", None), getattr(self.datasette, "config", None)]:
            queries = (((source or {}).get("databases") or {}).get(name) or {}).get("queries") or {}
            for query, body in queries.items():
                found[query] = body if isinstance(body, str) else str(body.get("sql", ""))
        return found

    def judge(self, question, max_age, headers):
        """The headers to keep, and for how many seconds; None for as long as the process lives."""
        if not (question.own and self._stays) or question.partial:
            return headers, max_age
        if self.shared:
            headers = [(name, value + self.shared if name.lower() == b"cache-control" else value) for name, value in headers]
        return headers, None
