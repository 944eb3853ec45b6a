/**
 * What a scan of sources cannot see, checked by hand against the locked versions: look through it when the lock changes.
 * The comparison with plain Datasette (`slim-site.e2e.test.ts`) holds an image against it.
 */

/** Modules that Python itself loads before it runs the launcher, or from C, and the launcher. */
export const roots = [
  ["launch", "healthcheck", "left_out", "site", "os", "io", "abc", "codecs", "encodings", "linecache", "traceback", "warnings", "_pylong"],
  // Names that the host gives are looked up with them.
  ["socket", "stringprep"],
].flat();

/** Encodings that serving reads and writes: Unicode's, those of HTTP and of host names, and the two of files from spreadsheets. */
const encodings = [
  ["aliases", "ascii", "charmap", "cp1252", "idna", "iso8859_1", "latin_1", "punycode", "raw_unicode_escape", "unicode_escape"],
  ["utf_7", "utf_8", "utf_8_sig", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"],
]
  .flat()
  .map((name) => `encodings.${name}`);

/** Imports whose module a source names in a text, or that C code does. `a.*` is a package with all in it. */
export const dynamic: Readonly<Record<string, readonly string[]>> = {
  encodings,
  // Any other can be asked for by name.
  "encodings.aliases": ["encodings.*"],
  _datetime: ["_strptime"],
  time: ["_strptime"],
  datetime: ["_strptime"],
  // Datasette's `DEFAULT_PLUGINS`; of those, each line has its own.
  "datasette.plugins": [
    ["publish.heroku", "publish.cloudrun", "facets", "filters", "sql_functions", "actor_auth_cookie", "blob_renderer", "forbidden"],
    ["handle_exception", "events", "default_magic_parameters", "default_menu_links", "default_permissions.*", "default_actions"],
    ["default_column_types", "default_debug_menu", "default_jump_items", "default_database_actions", "default_table_actions"],
    "default_query_actions",
  ]
    .flat()
    .map((name) => `datasette.${name}`),
  "uvicorn.config": [
    "uvicorn.lifespan.*",
    "uvicorn.loops.auto",
    "uvicorn.logging",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
  ],
  anyio: ["anyio.*"],
  "anyio._core._eventloop": ["anyio._backends._asyncio"],
  // Entry points, and a table of lazy names.
  "opentelemetry.context": ["opentelemetry.*"],
  pydantic: ["pydantic.*"],
  zoneinfo: ["tzdata.*"],
  // The certificates: a file, not a module.
  ssl: ["ca-certificates"],
};

/** An import that serving does not come to: `from` any module (`*`) or one, `to` a module with all below it. */
export interface Cut {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

const outgoing = "A site without plugins makes no request of its own; Datasette asks itself through ASGI.";
const oneProcess = "Datasette serves from one process, with threads.";
const notInstalled = "For a package that Datasette does not install; a plugin may.";
const archives = "Serving reads and writes no archive.";

/** Void for a site with plugins: then all that the closure reaches stays. */
export const cuts: readonly Cut[] = [
  { from: "*", to: "hupper", why: "Files of an image do not change: --reload." },
  { from: "*", to: "argparse", why: "Only for what `python -m` runs." },
  { from: "*", to: "unittest", why: "Tests." },
  { from: "*", to: "click.testing", why: "Tests." },
  { from: "datasette.cli", to: "pip", why: "datasette install." },
  { from: "httpx", to: "httpx._main", why: "A command." },
  { from: "httpx2", to: "httpx2._main", why: "A command." },
  { from: "httpx._transports.default", to: "httpcore", why: outgoing },
  { from: "httpx._config", to: "certifi", why: outgoing },
  { from: "httpx2._transports.default", to: "httpcore2", why: outgoing },
  { from: "httpx2._config", to: "httpcore2", why: outgoing },
  { from: "httpx2._alias", to: "httpcore2", why: outgoing },
  { from: "*", to: "httpx2.websockets", why: outgoing },
  { from: "ssl", to: "ca-certificates", why: outgoing },
  { from: "*", to: "pydantic.v1", why: "Models written for pydantic 1; Datasette has none." },
  { from: "*", to: "pydantic.mypy", why: "A type checker's." },
  { from: "*", to: "bz2", why: archives },
  { from: "*", to: "lzma", why: archives },
  { from: "shutil", to: "tarfile", why: archives },
  { from: "concurrent.futures", to: "concurrent.futures.process", why: oneProcess },
  ...["managers", "pool", "queues", "sharedctypes", "shared_memory", "synchronize", "popen_forkserver", "popen_spawn_posix"].map(
    (name) => ({
      from: "multiprocessing.context",
      to: `multiprocessing.${name}`,
      why: oneProcess,
    }),
  ),
  { from: "logging.handlers", to: "smtplib", why: "The log goes to the container's output." },
  { from: "urllib.request", to: "ftplib", why: outgoing },
  { from: "platform", to: "plistlib", why: "macOS." },
  { from: "uvicorn.protocols.http.auto", to: "uvicorn.protocols.http.httptools_impl", why: notInstalled },
  { from: "uvicorn.protocols.websockets.auto", to: "uvicorn.protocols.websockets.websockets_impl", why: notInstalled },
  { from: "uvicorn.protocols.websockets.auto", to: "uvicorn.protocols.websockets.websockets_sansio_impl", why: notInstalled },
  { from: "uvicorn.protocols.websockets.auto", to: "uvicorn.protocols.websockets.wsproto_impl", why: notInstalled },
  { from: "encodings.aliases", to: "encodings", why: "Datasette speaks UTF-8; another encoding is asked for by a plugin." },
];
