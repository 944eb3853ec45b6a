/**
 * What a server and a page, or any two halves of a front end, tell each other: plain data and types alone, so that a browser can import
 * it. Times are milliseconds since 1970, sizes bytes.
 */
import type {
  DatabaseReport,
  ErrorJson,
  LeftOut,
  OptionSpec,
  OptionValues,
  PlanAction,
  Price,
  PublishEvent,
  PublishResult,
  SiteStatus,
  Table,
  Verb,
  Warning,
} from "@datasette-publish/core/protocol";

/** What a front end has of core beside this. */
export type {
  Column,
  Deployment,
  ErrorCode,
  ErrorJson,
  OptionValue,
  OptionValues,
  PlanAction,
  Price,
  PublishEvent,
  PublishResult,
  Release,
  Remedy,
  SiteStatus,
  Verb,
  Warning,
  WarningCode,
} from "@datasette-publish/core/protocol";

/**
 * How far a draft has come. A change of files, choices or texts takes it back to `files`, as does the end of the process that holds what
 * was prepared. `publishing` ends in `live`, or where it began.
 */
export type DraftState = "empty" | "files" | "prepared" | "previewed" | "publishing" | "live";

/** A site in the making: files, what was chosen about them, what the site says of itself, and where it is to live. */
export interface Draft {
  readonly id: string;
  readonly state: DraftState;
  /** The site that it is an update of; null: a new one. */
  readonly site: string | null;
  /** A folder of the user's that is published as it is, in the place of files that are handed over. */
  readonly folder: string | null;
  readonly files: readonly DraftFile[];
  readonly choices: Choices;
  readonly about: About;
  readonly place: Place | null;
  readonly decisions: readonly Decision[];
  /** Counts changes of files, choices and texts. */
  readonly revision: number;
  /** Digest of what is prepared of this revision, as long as a process holds it; else null. */
  readonly prepared: string | null;
  readonly createdMs: number;
  readonly changedMs: number;
}

/** A file of a draft. */
export interface DraftFile {
  /** As the user calls it. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly finding: FileFinding;
}

/** What a file was found to be. */
export type FileFinding =
  /** Its bytes are still coming, or stopped coming. */
  | { readonly state: "arriving"; readonly receivedBytes: number }
  /** It is there, and nobody has looked into it. */
  | { readonly state: "arrived" }
  | { readonly state: "ok"; readonly tables: readonly { readonly name: string; readonly rows: number; readonly columns: number }[] }
  | { readonly state: "left-out" }
  | { readonly state: "error"; readonly error: FileError };

/** Why a file cannot be read, and what to do about it. */
export type FileError = Pick<ErrorJson, "code" | "message" | "remedies" | "facts">;

/** What the user chose about the data. Names are those of the files, and of the tables and columns as they come out unless renamed. */
export interface Choices {
  readonly files: Readonly<Record<string, FileChoice>>;
  readonly tables: Readonly<Record<string, TableChoice>>;
}

/** How one file is read. What is unset is found from the file. */
export interface FileChoice {
  readonly leaveOut?: boolean;
  /** Label of the Encoding Standard. */
  readonly encoding?: string;
  readonly separator?: string;
  readonly quote?: '"' | "'" | "none";
  /** How a quote inside a quoted field is written. */
  readonly escape?: "double" | "backslash";
  readonly skip?: number;
  readonly skipEnd?: number;
  readonly headerRows?: number;
  readonly ragged?: "error" | "pad" | "skip";
  /** Name of the table that it becomes. */
  readonly table?: string;
}

/** How one table is made and shown. */
export interface TableChoice {
  readonly title?: string;
  readonly description?: string;
  readonly columns?: Readonly<Record<string, ColumnChoice>>;
}

/** How one column is kept and shown. */
export interface ColumnChoice {
  readonly name?: string;
  readonly type?: "text" | "integer" | "real";
  readonly date?: "auto" | "day-first" | "month-first" | "year-first";
  /** As `date`, with the time of day. */
  readonly datetime?: "auto" | "day-first" | "month-first" | "year-first";
  readonly number?: "decimal-comma" | "thousands" | "percent" | "currency";
  /** Words that stand for no value. */
  readonly null?: readonly string[];
  readonly leaveOut?: boolean;
  /** Visitors may search in it. */
  readonly search?: boolean;
  /** Each value is there once: it is in the address of a row. Several columns of a table are one key. */
  readonly key?: boolean;
  /** Visitors often filter or sort by it. */
  readonly index?: boolean;
  readonly description?: string;
}

/** What tells one column that looks like private data. */
export interface FindingKey {
  /** Of a SQLite file: the database that it becomes, of which no column can be left out. Null: the table is made of the files' records. */
  readonly database: string | null;
  readonly table: string;
  readonly column: string;
  /** Kind of private data, `email`. */
  readonly kind: string;
}

/** What a user decided about one column that looks like private data. */
export interface Decision extends FindingKey {
  readonly decision: "public" | "leave-out";
  /** Who decided. */
  readonly by: string;
  readonly atMs: number;
}

/** What the site says of itself. */
export interface About {
  readonly title?: string;
  /** One sentence. */
  readonly description?: string;
  readonly source?: string;
  readonly sourceUrl?: string;
  readonly license?: string;
  readonly licenseUrl?: string;
  readonly about?: string;
  readonly aboutUrl?: string;
}

/** Where the site is to live. */
export interface Place {
  /** Id of a {@link PlaceCard}. */
  readonly card: string;
  /** What was chosen beside what the card gives. */
  readonly options: OptionValues;
  /** What the user wishes the address to begin with, where the host takes such a wish; null: made from the site's name. */
  readonly address: string | null;
}

/** A place where a site can live, as a card shows it: a provider, with some of its options given. */
export interface PlaceCard {
  /** `docker-file`: a file for a server of one's own; `docker-run`: this machine's Docker; otherwise the provider's name. */
  readonly id: string;
  readonly provider: string;
  readonly title: string;
  readonly description: string;
  /** Null: nothing is known of it. */
  readonly price: Price | null;
  /** Null: it needs no access key. */
  readonly login: PlaceLogin | null;
  /** What a web address can begin with; null: nobody can wish. */
  readonly address: { readonly pattern: string; readonly maxLength: number } | null;
  /** What a form asks; none is a secret, and none is what the card gives. */
  readonly options: readonly PlaceOption[];
  /** What can be done to a site that lives there. */
  readonly verbs: readonly Verb[];
  /** Whether anybody with the address can read a site there, once it is published. */
  readonly isPublic: boolean;
  /** Why it cannot be chosen now: Docker does not run; null: it can. */
  readonly missing: string | null;
}

/** Whose access key is kept for a place. */
export interface PlaceLogin {
  /** Where a user makes one. */
  readonly url: string;
  /** Environment variable that wins over what is kept. */
  readonly env: string;
  /** Whose it is, as the host said; null: none is kept, or the host did not take it. */
  readonly account: string | null;
  /** Where it was found: kept here, in the environment, by the host's own tool. Null: none. */
  readonly from: "kept" | "environment" | "tool" | null;
}

/** An option as a form draws it. `choices` null: the host knows them; see the place's choices. */
export interface PlaceOption extends Omit<OptionSpec, "choices" | "secret" | "env" | "char" | "scope"> {
  readonly name: string;
  readonly label: string;
  readonly choices?: readonly string[] | null;
}

/** A column that looks like private data. */
export interface PrivateFinding extends FindingKey {
  readonly file: string;
  /** Values that are such data, of `counted` that were looked at. */
  readonly count: number;
  readonly counted: number;
  /** Null: it is in a SQLite file, which has none. */
  readonly line: number | null;
  /** Masked. */
  readonly example: string;
  readonly confidence: "high" | "medium" | "low";
  /** A sentence for it. */
  readonly message: string;
  /** Null: nobody has decided, so it cannot be published. */
  readonly decision: Decision | null;
}

/** How a file reads in one encoding. */
export interface EncodingExample {
  /** Label of the Encoding Standard. */
  readonly encoding: string;
  /** Lines in which the encodings differ, as they read in it. */
  readonly lines: readonly string[];
}

/** A value of a row: text or number as it is; null; a long text cut off; a value that is no text. */
export type Cell = string | number | null | { readonly cut: string; readonly characters: number } | { readonly blobBytes: number };

/** The first rows of a table. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table, with why each column has its type, and its first rows. */
export interface PreparedTable extends Table {
  readonly database: string;
  /** A sentence for each column of `columns`, in their order: why it has its type. */
  readonly reasons: readonly string[];
  readonly first: Rows;
}

/** Warnings that one thing would mend. */
export interface WarningGroup {
  /** The option to set, the file to replace, or the advice; empty: nothing has to be done. */
  readonly mend: string;
  readonly warnings: readonly Warning[];
}

/** A preview that is open: the real Datasette, on an origin of its own. */
export interface OpenPreview {
  /** Nobody can guess its path: not to be kept, nor told to others. */
  readonly url: string;
  /** Of what is shown. */
  readonly digest: string;
}

/** What files and choices came to. */
export interface PreparedReport {
  /** The same as long as the same would be published; a publish wants it. */
  readonly digest: string;
  readonly title: string;
  /** The site's name, a slug. */
  readonly name: string;
  /** Tells the site apart at hosts. */
  readonly project: string;
  readonly files: readonly { readonly name: string; readonly finding: FileFinding }[];
  readonly databases: readonly Pick<DatabaseReport, "name" | "fileName" | "sizeBytes" | "sha256">[];
  readonly tables: readonly PreparedTable[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly WarningGroup[];
  readonly findings: readonly PrivateFinding[];
  /** Choices about columns that are there no more, `table.column`: they were passed over. */
  readonly passedOver: readonly string[];
}

/** What a publish would do, in its order. */
export interface Plan {
  readonly digest: string;
  readonly actions: readonly PlanAction[];
  readonly warnings: readonly Warning[];
}

export type JobKind = "prepare" | "preview" | "plan" | "publish" | "rollback" | "remove" | "compare";

/**
 * How a job is. `interrupted`: the process that ran it was killed, so nobody knows more than its events say.
 */
export type JobState = "running" | "done" | "failed" | "cancelled" | "interrupted";

/** Something that takes its time. */
export interface Job {
  readonly id: string;
  readonly draft: string | null;
  readonly site: string | null;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly error: ErrorJson | null;
  /** What came of it: a {@link PublishResult}, a {@link Plan}. Null where there is nothing to keep. */
  readonly result: unknown;
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** An event of a job, numbered from 1 within it. */
export interface JobEvent {
  readonly number: number;
  readonly atMs: number;
  readonly event: PublishEvent;
}

/** A site that was published from this machine, by whichever front end. */
export interface Site {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** Where its data is, and what is remembered of it: the user's own folder, or one that is kept for it. */
  readonly folder: string;
  /** Tells it apart at hosts from another site of its name. */
  readonly project: string;
  readonly createdMs: number;
  /** When it was removed from its host; null: it was not, or is published again. */
  readonly removedMs: number | null;
  /** Newest first. */
  readonly versions: readonly Version[];
}

/** One publish of a site. */
export interface Version {
  readonly id: string;
  readonly site: string;
  readonly provider: string;
  /** Where it lives, with the address that the host gave; null: no card stands for that. */
  readonly place: Place | null;
  readonly url: string | null;
  readonly digest: string;
  readonly result: PublishResult;
  readonly decisions: readonly Decision[];
  readonly publishedMs: number;
}

/** What a host says of a site now. */
export interface HostAnswer {
  /** Null when it does not say, and where nothing runs that could be asked. */
  readonly status: SiteStatus | null;
  /** Why it does not. */
  readonly error: Omit<ErrorJson, "exitStatus"> | null;
}

/** What an update changes in one table. */
export interface TableChange {
  readonly table: string;
  /** `new` and `gone` tables have all of their rows new, or gone. */
  readonly state: "same" | "changed" | "new" | "gone";
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly newRows: number;
  /** Rows of the same key with other values; 0 where there is no key. */
  readonly changedRows: number;
  readonly goneRows: number;
  /** Columns that rows are told apart by; empty: rows are compared whole. */
  readonly key: readonly string[];
  readonly newColumns: readonly string[];
  /** Links that use them break. */
  readonly goneColumns: readonly string[];
  readonly types: readonly { readonly column: string; readonly before: string; readonly after: string }[];
}

/** What an update changes. */
export interface Change {
  readonly tables: readonly TableChange[];
}
