import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import { PublishError } from "@datasette-publish/core";
import type { Workbench } from "@datasette-publish/workbench";
import type { Download, Routes } from "../routes.ts";
import { attachment } from "./attachment.ts";
import { Refused, found, notThere } from "./refusal.ts";

/** What is downloaded: a site's zip, or the image file of a version. */
type Wanted = Routes["POST /api/downloads"]["body"];

interface File {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes?: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** How long an address is good for, in milliseconds. */
const lifetimeMs = 60_000;

/**
 * Addresses that work once, each by a path that nobody can guess: a browser's download cannot carry the key in a header, and gigabytes
 * must not go through a page's memory.
 */
export class Downloads {
  readonly #workbench: Workbench;
  readonly #waiting = new Map<string, { readonly wanted: Wanted; readonly untilMs: number }>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** An address for what is there. @throws PublishError `INPUT_NOT_FOUND`, `NOT_PUBLISHED` */
  offer(wanted: Wanted): Download {
    this.#check(wanted);
    const now = Date.now();
    for (const [once, { untilMs }] of this.#waiting) if (untilMs < now) this.#waiting.delete(once);
    const once = randomBytes(16).toString("hex");
    this.#waiting.set(once, { wanted, untilMs: now + lifetimeMs });
    return { url: `/downloads/${once}` };
  }

  /** Sends it. @throws Refused 404 for an address that was used, or is too old */
  async send(c: Context<{ Bindings: HttpBindings }>): Promise<Response> {
    const once = c.req.param("once") ?? "";
    const waiting = this.#waiting.get(once);
    this.#waiting.delete(once);
    if (waiting === undefined || waiting.untilMs < Date.now())
      throw new Refused(404, "This download has begun already, or waited too long. Start it again on the page.");
    const { name, type, sizeBytes, bytes } = await this.#open(waiting.wanted);
    const { outgoing } = c.env;
    const length = sizeBytes === undefined ? {} : { "content-length": sizeBytes };
    outgoing.writeHead(200, { "content-type": type, "content-disposition": attachment(name), ...length });
    // One that breaks off has no end, so that a browser does not take it for whole.
    await pipeline(Readable.from(bytes, { objectMode: false }), outgoing).catch(() => outgoing.destroy());
    return RESPONSE_ALREADY_SENT;
  }

  #check(wanted: Wanted): void {
    if ("image" in wanted) found(this.#workbench.imageFile(wanted.image), "file");
    else if (!this.#workbench.isKept(found(this.#workbench.sites.get(wanted.site), "site").id))
      throw new PublishError("NOT_PUBLISHED", "What was published of this site is not on this machine.", "Publish it from here again.");
  }

  async #open(wanted: Wanted): Promise<File> {
    if ("site" in wanted) {
      const { id, name } = found(this.#workbench.sites.get(wanted.site), "site");
      return { name: `${name}.zip`, type: "application/zip", bytes: await this.#workbench.export(id) };
    }
    const { path, name } = found(this.#workbench.imageFile(wanted.image), "file");
    const file = await open(path).catch(() => {
      throw notThere("file");
    });
    return { name, type: "application/x-tar", sizeBytes: (await file.stat()).size, bytes: file.createReadStream() };
  }
}
