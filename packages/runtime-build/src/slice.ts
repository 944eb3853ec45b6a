import type { ImageFile } from "@datasette-publish/core";
import { closeOverLibraries, followLinks } from "@datasette-publish/plugins";
import type { Deb } from "./deb.ts";
import type { Architecture } from "./lock-file.ts";

/** Debian's multiarch folder of libraries, per architecture. */
export const libraryDirs: Readonly<Record<Architecture, readonly string[]>> = {
  amd64: ["usr/lib/x86_64-linux-gnu", "usr/lib"],
  arm64: ["usr/lib/aarch64-linux-gnu", "usr/lib"],
};

/** Debian's folder for packages; its `site` module puts it on `sys.path`, after `/usr/local/lib/python3.13/dist-packages` for plugins. */
export const packagesDir = "usr/lib/python3/dist-packages";

const python = "usr/bin/python3.13";
const stdlib = "usr/lib/python3.13";

/**
 * Libraries that nothing of Debian's part is linked with. `libgcc_s` is loaded by name at run time: pthread_exit and pthread_cancel
 * unwind with it. The others are what native code of wheels may be linked with: glibc's stubs, some 14 KB each.
 */
const besides = ["libgcc_s.so.1", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1"];

/** What the libraries of the system are closed over, besides modules of native code. */
export function systemRoots(architecture: Architecture): string[] {
  return [python, ...besides.map((name) => `${libraryDirs[architecture][0]}/${name}`)];
}

/** Standard library that serves no web application: tests, IDE, GUI, terminal, installers, documentation, CJK codecs, the Python forms of what C modules do. */
const dropped = new RegExp(
  `^${stdlib}/(?:${[
    "test|idlelib|turtledemo|tkinter|ensurepip|lib2to3|pydoc_data|_pyrepl|curses|dbm|venv|xmlrpc|wsgiref|__phello__|config-[^/]+",
    "(?:turtle|antigravity|this|tabnanny|pyclbr|zipapp|pydoc|doctest|pickletools|mailbox|imaplib|_pydecimal|_pyio|_pydatetime|profile|cProfile|pstats|_aix_support|_ios_support|_android_support|sitecustomize|_osx_support)\\.py",
    "(?:encodings/(?:.*_jis|.*jis_.*|.*jisx.*|euc_.*|big5.*|cp932|cp949|cp950|gb.*|hz|iso2022_.*|johab))\\.py",
    "lib-dynload/(?:_codecs_|_curses|_dbm|_gdbm|_tkinter|_test|_xx|xx|readline|_ctypes_test|_multibytecodec|ossaudiodev|nis|_crypt)[^/]*",
  ].join("|")})(?:/|$)`,
);

/** The files of every deb in one map. */
function mergeDebs(debs: readonly Deb[]): Map<string, ImageFile> {
  return new Map(debs.flatMap(({ files }) => [...files]));
}

/**
 * The part of Debian that runs Python: interpreter, loader, standard library, the libraries that these need and that wheels may
 * need, certificates, licences, package records for scanners. No shell, nothing that can start one.
 */
export function sliceSystem(debs: readonly Deb[], architecture: Architecture): ImageFile[] {
  const merged = mergeDebs(debs);
  const fixed = [...fixedFiles(architecture), ...release(), certificates(merged)];
  const files = new Map([...merged, ...fixed.map((file) => [file.name, file] as const)]);
  const kept = [...files.keys()].filter(
    (name) => name.startsWith(`${stdlib}/`) && !dropped.test(name) && followLinks(name, files) !== null,
  );
  const dirs = libraryDirs[architecture];
  const wanted = closeOverLibraries([...systemRoots(architecture), ...kept], files, dirs);
  for (const name of files.keys()) if (/^usr\/share\/doc\/[^/]+\/copyright$/.test(name)) addWithLinks(name, files, wanted);
  const chosen = [...wanted].flatMap((name) => files.get(name) ?? []);
  return [...new Map([...chosen, ...fixed, ...debs.flatMap(packageRecord)].map((file) => [file.name, file])).values()];
}

/** Debian's certificates in one file, as its own update-ca-certificates would write it. */
function certificates(files: ReadonlyMap<string, ImageFile>): ImageFile {
  const names = [...files.keys()].filter((name) => /^usr\/share\/ca-certificates\/mozilla\/.*\.crt$/.test(name)).sort();
  return text("etc/ssl/certs/ca-certificates.crt", names.map((name) => Buffer.from(files.get(name)?.source ?? "").toString()).join(""));
}

function addWithLinks(name: string, files: ReadonlyMap<string, ImageFile>, wanted: Set<string>): void {
  const path = followLinks(name, files, wanted);
  if (path !== null) wanted.add(path);
}

/** dpkg's record of one package, where image scanners look for it when there is no dpkg (`status.d`, as in distroless). */
function packageRecord({ control }: Deb): ImageFile[] {
  const name = /^Package: (.+)$/m.exec(control)?.[1];
  return name === undefined ? [] : [{ name: `var/lib/dpkg/status.d/${name}`, mode: 0o644, source: Buffer.from(control) }];
}

function text(name: string, content: string): ImageFile {
  return { name, mode: 0o644, source: Buffer.from(content) };
}

function link(name: string, linkName: string): ImageFile {
  return { name, mode: 0o777, type: "symlink", linkName };
}

/** Which Debian it is, as os-release(5) says and its own base-files does: image scanners look there before they look for packages. */
function release(): ImageFile[] {
  const lines = [
    'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"',
    'NAME="Debian GNU/Linux"',
    'VERSION_ID="13"',
    "VERSION_CODENAME=trixie",
    "ID=debian",
  ];
  return [
    text("usr/lib/os-release", `${lines.join("\n")}\n`),
    link("etc/os-release", "../usr/lib/os-release"),
    text("etc/debian_version", "13\n"),
  ];
}

/** Links of the merged /usr, the user, name resolution, where OpenSSL and the C library look for what is elsewhere, and a /tmp for whoever mounts one. */
function fixedFiles(architecture: Architecture): ImageFile[] {
  return [
    link("bin", "usr/bin"),
    link("lib", "usr/lib"),
    ...(architecture === "amd64" ? [link("lib64", "usr/lib64")] : []),
    link("usr/bin/python3", "python3.13"),
    link("usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"),
    link("usr/share/zoneinfo", `/${packagesDir}/tzdata/zoneinfo`),
    text("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n"),
    text("etc/group", "root:x:0:\nnonroot:x:65532:\n"),
    text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    { name: "tmp", mode: 0o1777, type: "directory" },
  ];
}
