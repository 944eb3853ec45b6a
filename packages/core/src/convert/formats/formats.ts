import { basename, extname } from "node:path";
import { runProgram, type Remedies } from "../../errors/remedies.ts";

/** A kind of file, and what becomes of one. */
export interface Format {
  /** As a sentence has it after "is": `a picture`. */
  readonly name: string;
  /** Several of them: `pictures`. */
  readonly plural: string;
  /** Of its names, in lower case, with the dot; empty: a name without one. */
  readonly extensions: readonly string[];
  /** Bytes that it begins with, as Latin-1, for a format that is no text. */
  readonly magic?: readonly string[];
  /** What its first 8 KiB match, too. */
  readonly pattern?: RegExp;
  /** Where tables come from: its lines, the database it is, the files in it. Unset: it is refused, or left out of a folder. */
  readonly read?: "text" | "sqlite" | "zip" | "gzip";
  /** How to get a table of one that is refused. */
  readonly advice?: Remedies;
}

const saveSheets = "Save each sheet as CSV (UTF-8), then give those files.";
const exportTable = "Export its tables as CSV, then give those files.";
const convertFirst = "Convert it to CSV first.";
const unpackFirst = "Unpack it with another program, then give the folder.";
const renameZip = "Rename it so that it ends in .zip if data is in it.";
const fetchData = "Fetch the data that it stands for, then give that file.";

const zip = "PK\u0003\u0004";

/** Delimited text whose name says so. */
export const delimitedText: Format = {
  name: "delimited text",
  plural: "files of delimited text",
  extensions: [".csv", ".tsv", ".tab"],
  read: "text",
};

/** Text of another name. */
export const otherText: Format = {
  name: "text without even columns",
  plural: "texts without even columns",
  extensions: [".txt", ".text", ".psv", ".dat", ".asc", ".log", ""],
  read: "text",
  advice: "Give the file by its name if it is a table, not only its folder.",
};

export const sqliteDatabase: Format = {
  name: "a SQLite database",
  plural: "SQLite databases",
  extensions: [".db", ".sqlite", ".sqlite3"],
  magic: ["SQLite format 3\0"],
  read: "sqlite",
};

export const zipArchive: Format = {
  name: "a zip archive",
  plural: "zip archives",
  extensions: [".zip"],
  magic: [zip, "PK\u0005\u0006"],
  read: "zip",
  advice: renameZip,
};

export const gzipFile: Format = {
  name: "a gzip file",
  plural: "gzip files",
  extensions: [".gz"],
  magic: ["\u001F\u008B"],
  read: "gzip",
  advice: "Unpack it, or rename it so that its name says what is in it: people.csv.gz.",
};

/** What git-annex puts in the place of a file: a link, or a text. */
export const annexPointer: Format = {
  name: "a pointer of git-annex, not the file itself",
  plural: "pointers of git-annex",
  extensions: [],
  pattern: /^\/annex\/objects\/|^\.\.?\/[^\n]*\.git\/annex\/objects\//,
  advice: [runProgram(["git", "annex", "get", "."], "in its folder")],
};

/** What an office program leaves beside a document that is open. */
const lockFile: Format = {
  name: "the lock file of a document that is open",
  plural: "lock files",
  extensions: [".lock"],
  pattern: /^[^\n,]*,[^\n,]*,[^\n,]*,\d\d\.\d\d\.\d{4} \d\d:\d\d,file:[^\n]*;\s*$/,
  advice: "Save and close the document, then give the document itself.",
};

/** Any other file. */
export const unknownData: Format = { name: "neither CSV, TSV nor SQLite", plural: "other files", extensions: [] };

/**
 * Every format that is known, those which are told by more before those they look like. What a file begins with counts first; then the
 * end of its name, for formats that have no such beginning.
 */
export const formats: readonly Format[] = [
  delimitedText,
  otherText,
  sqliteDatabase,
  {
    name: "an Excel workbook",
    plural: "Excel workbooks",
    extensions: ".xlsx .xlsm .xlsb .xltx".split(" "),
    magic: [zip],
    pattern: /xl\/(?:workbook|worksheets|_rels|styles)/,
    advice: saveSheets,
  },
  {
    name: "an Excel workbook",
    plural: "Excel workbooks",
    extensions: [".xls", ".xlt"],
    magic: ["\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1"],
    advice: saveSheets,
  },
  {
    name: "an OpenDocument spreadsheet",
    plural: "OpenDocument spreadsheets",
    extensions: [".ods"],
    magic: [zip],
    pattern: /mimetypeapplication\/vnd\.oasis\.opendocument\.spreadsheet/,
    advice: saveSheets,
  },
  {
    name: "a Numbers document",
    plural: "Numbers documents",
    extensions: [".numbers"],
    magic: [zip],
    pattern: /Index\/[\w-]+\.iwa/,
    advice: saveSheets,
  },
  {
    name: "an office document",
    plural: "office documents",
    extensions: ".docx .pptx .odt .odp .epub .doc .ppt .pages .key".split(" "),
    magic: [zip],
    pattern: /\[Content_Types\]\.xml|mimetypeapplication\//,
    advice: exportTable,
  },
  {
    name: "a text with formatting (RTF)",
    plural: "texts with formatting",
    extensions: [".rtf"],
    pattern: /^\{\\rtf\d/,
    advice: exportTable,
  },
  zipArchive,
  {
    name: "data of R",
    plural: "files of R",
    extensions: [".rds", ".rda", ".rdata"],
    magic: ["RDX2\n", "RDX3\n"],
    advice: convertFirst,
  },
  {
    name: "a tar archive",
    plural: "tar archives",
    extensions: ".tar .tgz .tbz2 .txz".split(" "),
    pattern: /^[^]{257}ustar/,
    advice: unpackFirst,
  },
  gzipFile,
  {
    name: "packed by a program other than zip and gzip",
    plural: "files packed by other programs",
    extensions: ".bz2 .xz .7z .rar .zst .lz4 .z".split(" "),
    magic: ["\u00FD7zXZ\0", "7z\u00BC\u00AF\u0027\u001C", "Rar!\u001A\u0007", "\u0028\u00B5\u002F\u00FD", "\u0004\u0022\u004D\u0018"],
    advice: unpackFirst,
  },
  {
    name: "a pointer of Git LFS, not the file itself",
    plural: "pointers of Git LFS",
    extensions: [],
    pattern: /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\//,
    advice: [runProgram(["git", "lfs", "pull"], "in its folder")],
  },
  annexPointer,
  {
    name: "a pointer of DVC, not the file itself",
    plural: "pointers of DVC",
    extensions: [".dvc"],
    pattern: /^(?:md5: \w+\n|frozen: \w+\n)*outs:\n- (?:md5|etag|hash|size|path): /,
    advice: [runProgram(["dvc", "pull"], "in its folder")],
  },
  {
    name: "a link to a document elsewhere",
    plural: "links to documents elsewhere",
    extensions: ".gsheet .gdoc .url .webloc .lnk .icloud".split(" "),
    pattern: /^\[InternetShortcut\]|^\{"(?:url|doc_id)": ?"[^\n]*"\}\s*$/,
    advice: fetchData,
  },
  lockFile,
  {
    name: "a web page",
    plural: "web pages",
    extensions: ".html .htm .xhtml .mhtml".split(" "),
    pattern: /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)*<(?:!doctype html|html|head|body|meta|title|script|table)\b/i,
    advice: "Download the file itself: a page that asks for a login, or says what went wrong, is often saved in its place.",
  },
  {
    name: "XML",
    plural: "XML files",
    extensions: ".xml .kml .gpx .rss .atom .svg .gml .xsd".split(" "),
    pattern: /^\s*<(?:(?:\?xml|!doctype|!--|svg|rss|feed|kml|gpx)\b|[a-z_][\w.:-]*(?: [^<>]*)?>(?:[ \r]*\n\s*)?<[a-z_/!])/i,
    advice: convertFirst,
  },
  {
    name: "JSON",
    plural: "JSON files",
    extensions: ".json .jsonl .ndjson .geojson .topojson .ipynb".split(" "),
    pattern:
      /^\s*(?:\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\}\s*$)|\[\s*(?:[[{]|\]\s*$|(?:"(?:[^"\\\n]|\\.)*"|-?\d[\d.]*|true|false|null)\s*(?:,\s*["[{\dtfn-]|\]\s*$)))/,
    advice: convertFirst,
  },
  {
    name: "a Parquet or Arrow file",
    plural: "Parquet and Arrow files",
    extensions: ".parquet .arrow .feather .avro .orc".split(" "),
    pattern: /^(?:PAR1|ARROW1|Obj|FEA1|ORC)[^ -~\s]/,
    advice: convertFirst,
  },
  {
    name: "data of a statistics program",
    plural: "files of statistics programs",
    extensions: ".sav .zsav .por .dta .sas7bdat .xpt .mat .npy .npz .pkl .pickle".split(" "),
    magic: ["$FL2", "$FL3", "<stata_dta>", "HEADER RECORD*******LIBRARY HEADER", "\u0093NUMPY", "MATLAB 5.0 MAT-file"],
    advice: exportTable,
  },
  {
    name: "HDF5",
    plural: "HDF5 files",
    extensions: [".h5", ".hdf5", ".nc"],
    magic: ["\u0089HDF\r\n\u001A\n", "CDF\u0001", "CDF\u0002"],
    advice: convertFirst,
  },
  {
    name: "a database of another program",
    plural: "databases of other programs",
    extensions: ".mdb .accdb .dbf .duckdb .gdb .fdb .frm .ibd".split(" "),
    magic: ["\0\u0001\0\0Standard Jet DB\0", "\0\u0001\0\0Standard ACE DB\0"],
    advice: exportTable,
  },
  {
    name: "geodata without a table",
    plural: "files of geodata",
    extensions: ".shp .shx .prj .cpg .sbn .sbx .qpj .pbf .osm".split(" "),
    magic: ["\0\0\u0027\u000A"],
    advice: convertFirst,
  },
  {
    name: "SQL",
    plural: "SQL files",
    extensions: [".sql", ".dump", ".pgdump"],
    pattern:
      /^(?:\s*(?:--[^\n]*\n|\/\*[^]*?\*\/;?))*\s*(?:(?:INSERT INTO|CREATE TABLE)\s[^,;\n(]*\(|(?:DROP TABLE|CREATE DATABASE|BEGIN TRANSACTION|PRAGMA \w+ ?=|SET \w+ ?=)[^,;\n]*;)/i,
    advice: "Load it into a database, then export its tables as CSV.",
  },
  {
    name: "a calendar or address book",
    plural: "calendars and address books",
    extensions: [".ics", ".vcf"],
    pattern: /^BEGIN:V(?:CALENDAR|CARD)\s/i,
    advice: convertFirst,
  },
  {
    name: "a file with the marks of an unfinished merge",
    plural: "files with the marks of an unfinished merge",
    extensions: [],
    pattern: /^<{7} [^\n]*\n[^]*^={7}\r?\n/m,
    advice: "Choose what belongs to the file, and remove the marks (<<<<<<<, =======, >>>>>>>).",
  },
  {
    name: "a PDF",
    plural: "PDFs",
    extensions: [".pdf"],
    magic: ["%PDF-"],
    advice: "Ask for the data as CSV, or take its tables out with another program.",
  },
  {
    name: "a picture",
    plural: "pictures",
    extensions: ".png .jpg .jpeg .gif .webp .tif .tiff .bmp .ico .heic .avif".split(" "),
    magic: ["\u0089PNG\r\n\u001A\n", "\u00FF\u00D8\u00FF", "GIF87a", "GIF89a", "II*\0", "MM\0*"],
  },
  {
    name: "sound or film",
    plural: "files of sound and film",
    extensions: ".mp3 .mp4 .m4a .wav .ogg .flac .mov .avi .webm .mkv".split(" "),
    magic: ["ID3\u0003", "ID3\u0004", "OggS\0", "fLaC\0", "\u001A\u0045\u00DF\u00A3"],
  },
  {
    name: "a font or style sheet",
    plural: "fonts and style sheets",
    extensions: ".woff .woff2 .ttf .otf .eot .css .scss".split(" "),
    magic: ["wOFF", "wOF2"],
  },
  {
    name: "notes or settings",
    plural: "notes and settings",
    extensions: ".md .markdown .rst .adoc .yaml .yml .toml .ini .cfg .conf .env .properties .bib .tex .license".split(" "),
  },
  {
    name: "a script",
    plural: "scripts",
    extensions: ".py .r .rmd .js .mjs .ts .sh .bat .ps1 .do .sas .sps .java .c .h .go .rs .rb .php".split(" "),
  },
  {
    name: "a program",
    plural: "programs",
    extensions: ".exe .dll .so .dylib .jar .pyc .wasm".split(" "),
    magic: ["\u007FELF", "MZ\u0090\0", "\0asm"],
  },
  {
    name: "a file of NUL characters only",
    plural: "files of NUL characters only",
    extensions: [],
    pattern: /^\0+$/,
    advice: "Fetch or export it again: its content was lost.",
  },
];

/** The end of a name that tells the format, in lower case: `.csv`, or `.tar` for `x.tar.gz`. */
export function extensionOf(label: string): string {
  return /\.tar\.[a-z0-9]+$/i.test(label) ? ".tar" : extname(label).toLowerCase();
}

/** The format that a name stands for; undefined: any. */
export function formatOfName(label: string): Format | undefined {
  if (/^(?:~\$|\.~lock\.)/.test(basename(label))) return lockFile;
  const extension = extensionOf(label);
  return formats.find(({ extensions }) => extensions.includes(extension));
}

/** Whether a name is that of delimited text. */
export function isDelimitedName(label: string): boolean {
  return delimitedText.extensions.includes(extensionOf(label));
}

const delimiters: Readonly<Record<string, string>> = { ".tsv": "\t", ".tab": "\t", ".psv": "|" };

/** The delimiter that a name stands for. */
export function delimiterOfName(label: string): string {
  return delimiters[extensionOf(label)] ?? ",";
}
