import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { posix, resolve } from "node:path";
import { inputError } from "../files/input-file.ts";
import { fileContent, unreadable, verified } from "./content.ts";
import { blobPath, digestOf } from "./digest.ts";
import { writeWhole } from "./layer.ts";
import { ociManifest } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";
import { chooseNamed, notNamed, pick, type NamedOptions } from "./names.ts";
import { matches, noPlatform } from "./platform.ts";
import { layerOf, parseJson, readConfig, readImage, readJsonBytes, readManifest, type BlobSource } from "./read-image.ts";
import type { TarMember } from "./tar-header.ts";
import { listTar } from "./tar-reader.ts";
import type { Content, Descriptor, Image, Layer } from "./types.ts";
import { compressionOf, magicBytes, unpack } from "./unpack.ts";

/** How to read an archive. */
export interface ReadArchiveOptions extends NamedOptions {
  /** Folder that a compressed archive is unpacked into. Unset: one is refused. */
  readonly workDir?: string;
}

/**
 * Reads an image of an archive: an OCI image layout as a tar, what `docker save` writes (any version), or ours, which is both.
 * The file must stay as it is while the image is used.
 *
 * @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`, `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`; layers throw the latter when they are opened
 */
export async function readArchive(file: string, options: ReadArchiveOptions = {}): Promise<Image> {
  const path = resolve(file);
  const handle = await open(path).catch((error: unknown) => {
    throw inputError(file, error);
  });
  try {
    const { size } = await handle.stat();
    if (await isCompressed(handle, file)) return await readCompressed(fileContent(path, size), file, options);
    const members = new Map<string, TarMember>();
    for await (const member of listTar(handle)) members.set(member.name, member);
    return await new Archive(path, file, members).read(options);
  } finally {
    await handle.close();
  }
}

/**
 * Reads an image of an archive that comes as a stream, such as from an engine: it is kept in `workDir`, as long as the image is used.
 *
 * @throws PublishError as {@link readArchive} does; what the stream throws as it is
 */
export async function readArchiveStream(stream: AsyncIterable<Uint8Array>, workDir: string, options: NamedOptions = {}): Promise<Image> {
  const { file } = await writeWhole(unpack(stream, "the archive"), workDir, (sha256) => `${sha256}.tar`);
  return readArchive(file, options);
}

async function isCompressed(handle: FileHandle, file: string): Promise<boolean> {
  if (!(await handle.stat()).isFile()) throw unreadable(`${file} is not a file`, { path: file });
  const { buffer, bytesRead } = await handle.read(new Uint8Array(magicBytes), 0, magicBytes, 0);
  return compressionOf(buffer.subarray(0, bytesRead)) !== "none";
}

async function readCompressed(content: Content, file: string, { workDir, ...options }: ReadArchiveOptions): Promise<Image> {
  if (workDir === undefined) throw unreadable(`${file} is compressed`, { path: file });
  return readArchiveStream(content.open({ signal: options.signal }), workDir, options);
}

/** An archive whose members are known. */
class Archive {
  readonly #path: string;
  readonly #name: string;
  readonly #members: ReadonlyMap<string, TarMember>;

  constructor(path: string, name: string, members: ReadonlyMap<string, TarMember>) {
    this.#path = path;
    this.#name = name;
    this.#members = members;
  }

  async read(options: NamedOptions): Promise<Image> {
    if (this.#members.has("index.json")) return this.#readLayout(options);
    if (this.#members.has("manifest.json")) return this.#readDocker(options);
    throw unreadable(`${this.#name} is no image archive: it has neither index.json nor manifest.json`, { path: this.#name });
  }

  /** The content of a member; a link is followed: `docker save` writes a layer that comes twice once. */
  #content(name: string, hops = 0): Content {
    const member = this.#members.get(name);
    if (member === undefined || hops > 8) throw unreadable(`${this.#name} has no ${name}`, { path: this.#name });
    if (member.typeFlag === "2") return this.#content(posix.join(posix.dirname(name), member.linkName), hops + 1);
    if (member.typeFlag === "1") return this.#content(posix.normalize(member.linkName), hops + 1);
    return fileContent(this.#path, member.sizeBytes, member.offsetBytes);
  }

  async #json(name: string, signal?: AbortSignal): Promise<unknown> {
    const what = `${name} of ${this.#name}`;
    return parseJson(await readJsonBytes(this.#content(name), what, signal), what);
  }

  async #readLayout(options: NamedOptions): Promise<Image> {
    const blob = ({ digest }: Descriptor) => this.#content(blobPath(digest));
    const source: BlobSource = { where: this.#name, blob, manifest: blob };
    const entry = chooseNamed(await this.#json("index.json", options.signal), options, this.#name);
    return readImage(source, await readManifest(source, entry, options.signal), options);
  }

  /** The archive of an engine before Docker 25: `manifest.json` names the parts, and there is no manifest of a registry's kind. */
  async #readDocker({ reference, platform, signal }: NamedOptions): Promise<Image> {
    const list = (await this.#json("manifest.json", signal)) as readonly DockerEntry[];
    if (!Array.isArray(list)) throw unreadable(`manifest.json of ${this.#name} is not a list`);
    const images = list.map((entry: DockerEntry) => ({ entry, names: entry.RepoTags ?? [] }));
    const [found, ...others] = pick(images, reference, this.#name);
    if (found === undefined) throw unreadable(`${this.#name} lists no image`);
    if (others.length > 0) throw notNamed(null, images, this.#name);
    const { Config: configName, Layers: layerNames } = found.entry;
    const config = await readJsonBytes(this.#content(configName), `the config of ${this.#name}`, signal);
    const { platform: own, layers: made } = readConfig(config, layerNames.length, this.#name);
    if (platform !== undefined && !matches(own, platform)) throw noPlatform(platform, [own], this.#name);
    const layers: Layer[] = [];
    for (const [i, name] of layerNames.entries()) layers.push(await this.#layer(name, made[i]!));
    const { bytes, digest, mediaType } = ociManifest(config, layers);
    return { platform: own, layers, config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
  }

  async #layer(name: string, made: Pick<Layer, "diffId" | "createdBy">): Promise<Layer> {
    const content = this.#content(name);
    const compression = compressionOf(await headOf(content));
    const mediaType = { none: mediaTypes.ociLayerPlain, gzip: mediaTypes.ociLayer, zstd: mediaTypes.ociLayerZstd }[compression];
    const digest = compression === "none" ? made.diffId : await digestOfContent(content);
    const descriptor = { mediaType, digest, size: content.sizeBytes };
    return layerOf(verified(content, descriptor, this.#name), descriptor, made);
  }
}

interface DockerEntry {
  readonly Config: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Layers: readonly string[];
}

async function headOf(content: Content): Promise<Uint8Array> {
  for await (const chunk of content.open()) return chunk.subarray(0, magicBytes);
  return new Uint8Array(0);
}

async function digestOfContent(content: Content): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of content.open()) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
