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
import {
  lockPath,
  type Architecture,
  type DebianLock,
  type LineLock,
  type LockedDeb,
  type LockedWheel,
  type LockName,
  type SpatialiteLock,
} from "./lock-file.ts";
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

/** SpatiaLite, the libraries that it is linked with and the system does not have, PROJ's data, and the licence of `libstdc++6`. */
const spatialiteNames = `
  gcc-14-base libbrotli1 libcom-err2 libcurl3t64-gnutls libdeflate0 libfreexl1 libgeos-c1t64 libgeos3.13.1 libgmp10
  libgnutls30t64 libgssapi-krb5-2 libhogweed6t64 libidn2-0 libjbig0 libjpeg62-turbo libk5crypto3 libkeyutils1 libkrb5-3
  libkrb5support0 libldap2 liblerc4 libminizip1t64 libnettle8t64 libnghttp2-14 libnghttp3-9 libngtcp2-16
  libngtcp2-crypto-gnutls8 libp11-kit0 libproj25 libpsl5t64 librtmp1 librttopo1 libsasl2-2 libsharpyuv0
  libsqlite3-mod-spatialite libssh2-1t64 libstdc++6 libtasn1-6 libtiff6 libunistring5 libwebp7 libxml2 proj-data
`;

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
  const lockBoth = async (names: readonly string[]): Promise<DebianLock["debs"]> => ({
    amd64: await lockDebs(mirror, release, "amd64", names),
    arm64: await lockDebs(mirror, release, "arm64", names),
  });
  const debs = await lockBoth(debNames);
  const lockedOn = new Date().toISOString().slice(0, "2026-11-30".length);
  await writeLock("debian", { lockedOn, suite: debianSuite, pythonVersion: upstreamVersion(debs, "python3.13-minimal"), debs });
  const spatialite = await lockBoth(spatialiteNames.trim().split(/\s+/));
  await writeLock("spatialite", { spatialiteVersion: upstreamVersion(spatialite, "libsqlite3-mod-spatialite"), debs: spatialite });
  for (const line of lines) await writeLock(line, await lockLine(line));
}

/** Of a package's version without what Debian puts behind it. */
function upstreamVersion({ amd64 }: DebianLock["debs"], name: string): string {
  return (amd64.find((deb) => deb.name === name)?.version ?? "").replace(/-.*$/, "");
}

async function writeLock(name: LockName, lock: DebianLock | SpatialiteLock | LineLock): Promise<void> {
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

async function lockDebs(mirror: string, release: string, architecture: Architecture, names: readonly string[]): Promise<LockedDeb[]> {
  const path = `main/binary-${architecture}/Packages.xz`;
  const expected = new RegExp(`^SHA256:\\n(?: .*\\n)*? ([0-9a-f]{64}) +\\d+ ${path}$`, "m").exec(release)?.[1];
  const bytes = await mustDownload(`${mirror}/dists/${debianSuite}/${path}`);
  if (expected === undefined || sha256(bytes) !== expected) throw refused(`${path} is not the one that ${debianSuite}'s InRelease signs`);
  const stanzas = parseStanzas(Buffer.from(await unxz(bytes)).toString("utf8"), new Set(names));
  return names.map((name) => {
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
