import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PublishError, withWorkDir } from "@datasette-publish/core";
import { pipDownload, type Target } from "@datasette-publish/plugins";
import { lines, lockedVersions, type Line } from "@datasette-publish/runtime";
import { parseStanzas } from "./control.ts";
import { unxz } from "./deb.ts";
import { download } from "./download.ts";
import { lockPath, type Architecture, type DebianLock, type LineLock, type LockedDeb, type LockedWheel } from "./lock-file.ts";
import { findMirrors } from "./mirror.ts";

const debianSuite = "trixie";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What Python and its extension modules are linked with, and the certificates of who may vouch for a site; the ELF closure fails when one is missing. */
const debNames = [
  "ca-certificates",
  "libbz2-1.0",
  "libc6",
  "libexpat1",
  "libffi8",
  "libgcc-s1",
  "liblzma5",
  "libpython3.13-minimal",
  "libpython3.13-stdlib",
  "libsqlite3-0",
  "libssl3t64",
  "libuuid1",
  "libzstd1",
  "python3.13-minimal",
  "zlib1g",
];

/** Datasette declares these for `datasette install`, which an image without a shell and with a read-only root does not run. */
const unused = new Set(["pip", "setuptools"]);

/** Time zones, which a plugin may ask for; smaller than Debian's. */
const besides = ["tzdata"];

/** What the preview has its own wheels of: native code for WebAssembly, and what is only needed there. */
const previewNames: Readonly<Record<Line, readonly string[]>> = { "0.65": [], "1.0": ["pydantic-core", "httpx2-jsfetch"] };

/** Writes the lock files anew: present versions of Debian 13 (signature checked) and of what each Datasette depends on. */
async function writeLocks(): Promise<void> {
  const [mirror = ""] = await findMirrors();
  const release = await fetchRelease(mirror);
  const debs = { amd64: await lockDebs(mirror, release, "amd64"), arm64: await lockDebs(mirror, release, "arm64") };
  const python = debs.amd64.find(({ name }) => name === "python3.13-minimal")?.version ?? "";
  const lockedOn = new Date().toISOString().slice(0, "2026-11-30".length);
  await writeLock("debian", { lockedOn, suite: debianSuite, pythonVersion: python.replace(/-.*$/, ""), debs });
  for (const line of lines) await writeLock(line, await lockLine(line));
}

async function writeLock(name: "debian" | Line, lock: DebianLock | LineLock): Promise<void> {
  await writeFile(lockPath(name), `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${lockPath(name)}\n`);
}

/** The suite's InRelease, once gpgv finds it signed by Debian's keyring. */
async function fetchRelease(mirror: string): Promise<string> {
  const bytes = await mustDownload(`${mirror}/dists/${debianSuite}/InRelease`);
  return withWorkDir(async (dir) => {
    const signed = join(dir, "InRelease");
    const plain = join(dir, "Release");
    await writeFile(signed, bytes);
    await promisify(execFile)("gpgv", ["--keyring", keyring, "--output", plain, signed]);
    return readFile(plain, "utf8");
  });
}

async function lockDebs(mirror: string, release: string, architecture: Architecture): Promise<LockedDeb[]> {
  const path = `main/binary-${architecture}/Packages.xz`;
  const expected = new RegExp(`^SHA256:\\n(?: .*\\n)*? ([0-9a-f]{64}) +\\d+ ${path}$`, "m").exec(release)?.[1];
  const bytes = await mustDownload(`${mirror}/dists/${debianSuite}/${path}`);
  if (expected === undefined || sha256(bytes) !== expected) throw refused(`${path} is not the one that ${debianSuite}'s InRelease signs`);
  const stanzas = parseStanzas(Buffer.from(await unxz(bytes)).toString("utf8"), new Set(debNames));
  return debNames.map((name) => {
    const stanza = stanzas.get(name);
    if (stanza === undefined) throw refused(`${debianSuite} has no package ${name}`);
    const field = (key: string): string => stanza.get(key) ?? "";
    return { name, version: field("Version"), path: field("Filename"), sha256: field("SHA256"), size: Number(field("Size")) };
  });
}

async function lockLine(line: Line): Promise<LineLock> {
  const datasetteVersion = lockedVersions[line].version;
  const wanted = [`datasette==${datasetteVersion}`, ...besides];
  const amd64 = await lockWheels("linux/amd64", wanted);
  const arm64 = await lockWheels("linux/arm64", wanted);
  const own = previewNames[line].map((name) => {
    const version = amd64.find((wheel) => wheel.name === name)?.version;
    return version === undefined ? name : `${name}==${version}`;
  });
  const preview = own.length === 0 ? [] : await lockWheels("preview", ["--no-deps", ...own]);
  return { datasetteVersion, wheels: { amd64, arm64, preview } };
}

/** What is wanted and what that needs, as pip resolves it for the target's Python. */
async function lockWheels(target: Target, wanted: readonly string[]): Promise<LockedWheel[]> {
  return withWorkDir(async (dir) => {
    await pipDownload(target, ["-d", dir, ...wanted]);
    const wheels: LockedWheel[] = [];
    for (const file of (await readdir(dir)).sort()) {
      const [name = "", version = ""] = file.split("-");
      const bytes = await readFile(join(dir, file));
      if (!unused.has(name)) wheels.push({ name: name.replaceAll("_", "-"), version, file, sha256: sha256(bytes), size: bytes.length });
    }
    return wheels;
  });
}

async function mustDownload(url: string): Promise<Uint8Array> {
  const bytes = await download(url);
  if (bytes === null) throw refused(`the mirror has no ${url}`);
  return bytes;
}

function refused(problem: string): PublishError {
  return new PublishError("RUNTIME_DOWNLOAD_FAILED", `Cannot lock: ${problem}.`, "Set DEBIAN_MIRROR to another Debian mirror.");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

await writeLocks();
