import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PublishError, withWorkDir } from "@datasette-publish/core";
import { parseStanzas } from "./control.ts";
import { unxz } from "./deb.ts";
import { download } from "./download.ts";
import { architectures, lockPath, type Architecture, type LockedDeb, type LockedWheel, type RuntimeLock } from "./lock-file.ts";
import { findMirrors } from "./mirror.ts";
import { pipDownload, targetOptions } from "./pip.ts";

const debianSuite = "trixie";
const datasetteVersion = "0.65.5";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What Python and its extension modules are linked with; the ELF closure fails when one is missing. */
const debNames = [
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

/** Writes the lock file anew: present versions of Debian 13 (signature checked) and of Datasette's dependencies. */
async function writeLock(): Promise<void> {
  const [mirror = ""] = await findMirrors();
  const release = await fetchRelease(mirror);
  const locked = {} as Record<Architecture, { debs: LockedDeb[]; wheels: LockedWheel[] }>;
  for (const architecture of architectures)
    locked[architecture] = { debs: await lockDebs(mirror, release, architecture), wheels: await lockWheels(architecture) };
  const python = locked.amd64.debs.find(({ name }) => name === "python3.13-minimal")?.version ?? "";
  const lock: RuntimeLock = { debianSuite, pythonVersion: python.replace(/-.*$/, ""), datasetteVersion, architectures: locked };
  await writeFile(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${lockPath}: ${locked.amd64.debs.length} Debian packages, ${locked.amd64.wheels.length} wheels\n`);
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

/** Datasette and what it needs, as pip resolves it for CPython 3.13 on that architecture. */
async function lockWheels(architecture: Architecture): Promise<LockedWheel[]> {
  return withWorkDir(async (dir) => {
    await pipDownload([...targetOptions(architecture), "-d", dir, `datasette==${datasetteVersion}`]);
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

await writeLock();
