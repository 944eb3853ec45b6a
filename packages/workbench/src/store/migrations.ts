/**
 * The store's schema, step by step: `PRAGMA user_version` is the number of steps that were taken. A step is never changed once it is
 * released; a change is another step.
 *
 * Every table has the owner of its rows, who is `local` where one person uses the machine. Times are milliseconds since 1970. JSON is of the
 * protocol's types. `files.stored` is the name of a file on disk, `*_by` the process that holds something.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    site TEXT REFERENCES sites(id) ON DELETE SET NULL,
    folder TEXT,
    choices TEXT NOT NULL DEFAULT '{"files":{},"tables":{}}',
    about TEXT NOT NULL DEFAULT '{}',
    place TEXT,
    revision INTEGER NOT NULL DEFAULT 0,
    prepared_digest TEXT,
    prepared_revision INTEGER,
    prepared_by TEXT,
    previewed_digest TEXT,
    live_revision INTEGER,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX drafts_owner ON drafts(owner, changed_ms);

  CREATE TABLE files (
    owner TEXT NOT NULL,
    draft TEXT NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    stored TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    finding TEXT NOT NULL,
    PRIMARY KEY (draft, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE decisions (
    owner TEXT NOT NULL,
    draft TEXT NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
    database TEXT,
    "table" TEXT NOT NULL,
    "column" TEXT NOT NULL,
    kind TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('public', 'leave-out')),
    by TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX decisions_of ON decisions(draft, ifnull(database, ''), "table", "column", kind);

  CREATE TABLE sites (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    folder TEXT NOT NULL,
    project TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    removed_ms INTEGER,
    UNIQUE (owner, folder, name)
  ) STRICT;

  CREATE TABLE versions (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    site TEXT NOT NULL REFERENCES sites(id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    place TEXT,
    url TEXT,
    digest TEXT NOT NULL,
    result TEXT NOT NULL,
    decisions TEXT NOT NULL,
    published_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX versions_site ON versions(site, published_ms);

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    draft TEXT REFERENCES drafts(id) ON DELETE CASCADE,
    site TEXT REFERENCES sites(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
    error TEXT,
    result TEXT,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    lease_by TEXT NOT NULL,
    lease_until_ms INTEGER NOT NULL,
    stop_asked INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX one_job_per_draft ON jobs(draft) WHERE state = 'running' AND draft IS NOT NULL;
  CREATE UNIQUE INDEX one_change_per_site ON jobs(site) WHERE state = 'running' AND kind IN ('publish', 'rollback', 'remove') AND site IS NOT NULL;
  CREATE INDEX jobs_lease ON jobs(lease_until_ms) WHERE state = 'running';

  CREATE TABLE events (
    job TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    owner TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (job, number)
  ) STRICT, WITHOUT ROWID;
  `,
];
