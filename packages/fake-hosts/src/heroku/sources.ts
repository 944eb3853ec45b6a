import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A tarball that came. */
export interface Upload {
  readonly file: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What is wrong with an upload to a signed URL of an object store, and with which status such a store says so. */
const rules: readonly { status: number; code: string; isBroken(headers: IncomingMessage["headers"]): boolean }[] = [
  { status: 400, code: "InvalidArgument", isBroken: ({ authorization }) => authorization !== undefined },
  { status: 403, code: "SignatureDoesNotMatch", isBroken: (headers) => (headers["content-type"] ?? "") !== "" },
  { status: 501, code: "NotImplemented", isBroken: (headers) => headers["transfer-encoding"] !== undefined },
  { status: 411, code: "MissingContentLength", isBroken: (headers) => headers["content-length"] === undefined },
];

/** What a download may not have either. */
const credentials = rules.slice(0, 1);

/** Source tarballs at signed URLs: the URL is the only credential, and its signature covers an empty `Content-Type`. */
export class Sources {
  readonly #uploads = new Map<string, Upload | null>();
  readonly #dir: string;
  /** Base URL of the fake; set once it listens. */
  url = "";

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Makes the folder that they are kept in. */
  static async create(): Promise<Sources> {
    return new Sources(await mkdtemp(join(tmpdir(), "heroku-sources-")));
  }

  /** @returns where to PUT, and later to GET, a tarball */
  open(): string {
    const path = `/sources/${randomUUID()}.tgz`;
    this.#uploads.set(path, null);
    return this.url + path;
  }

  /** What was put at a URL of {@link Sources.open}; null when nothing was. */
  find(url: string): Upload | null {
    return (URL.canParse(url) ? this.#uploads.get(new URL(url).pathname) : null) ?? null;
  }

  /** Answers `PUT` and `GET` of such a URL. */
  async serve(request: IncomingMessage, response: ServerResponse, { pathname }: URL): Promise<boolean> {
    if (!pathname.startsWith("/sources/")) return false;
    const upload = this.#uploads.get(pathname);
    const broken = (request.method === "PUT" ? rules : credentials).find(({ isBroken }) => isBroken(request.headers));
    if (broken !== undefined) refuse(request, response, broken.status, broken.code);
    else if (upload === undefined || (request.method === "GET" && upload === null)) refuse(request, response, 404, "NoSuchKey");
    else if (request.method === "GET") await pipeline(createReadStream(upload?.file ?? ""), response);
    else if (request.method === "PUT") await this.#receive(request, response, pathname);
    else refuse(request, response, 405, "MethodNotAllowed");
    return true;
  }

  async #receive(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const file = join(this.#dir, randomUUID());
    const hash = createHash("sha256");
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(request, measure, createWriteStream(file));
    this.#uploads.set(pathname, { file, sha256: hash.digest("hex") });
    response.writeHead(200).end();
  }

  /** Deletes every tarball. */
  async close(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  request.resume();
  response.writeHead(status, { "content-type": "application/xml" }).end(`<Error><Code>${code}</Code></Error>`);
}
