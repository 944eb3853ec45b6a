import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Workbench } from "@datasette-publish/workbench";
import type { Draft } from "@datasette-publish/workbench/protocol";
import { Refused, found } from "./refusal.ts";

/**
 * Takes a file's bytes in the pace of the disk. Node's own stream is read: it is the quickest, and nothing is held.
 * @throws PublishError as `DraftFolders.receive` does; Refused 400 when the headers do not fit each other
 */
export async function receiveFile(workbench: Workbench, c: Context<{ Bindings: HttpBindings }>): Promise<Draft> {
  const { draft = "", file: name = "" } = c.req.param() as Record<string, string>;
  found(workbench.drafts.get(draft), "draft");
  const [sizeBytes, fromByte] = [countIn(c, "x-file-size"), countIn(c, "x-file-from", "0")];
  const length = c.req.header("content-length");
  if (length !== undefined && Number(length) !== sizeBytes - fromByte)
    throw new Refused(400, `The request has ${length} bytes, and not those from ${fromByte} to ${sizeBytes}.`);
  // Leaving the loop must not end the connection: an answer is to go through it.
  const body = c.env.incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  await workbench.files.receive(draft, { name, sizeBytes, fromByte, body });
  return found(workbench.drafts.get(draft), "draft");
}

function countIn(c: Context, header: string, unset?: string): number {
  const value = c.req.header(header) ?? unset ?? "";
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new Refused(400, `The header ${header} is to be a number of bytes.`, { header });
}
