import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "@datasette-publish/core";

/** The token that `fly auth login` left in flyctl's configuration, and that file. */
export async function findToken(env: Environment): Promise<{ token: string; from: string } | null> {
  const from = join(env["FLY_CONFIG_DIR"] || join(env["HOME"] || homedir(), ".fly"), "config.yml");
  const text = await readFile(from, "utf8").catch(() => "");
  const token = /^access_token: *["']?([^"'\s][^"'\r\n]*)/m.exec(text)?.[1]?.trim();
  return token === undefined ? null : { token, from };
}

/** The value of the `authorization` header: macaroons have a scheme of their own (fly-go, `tokens.FlapsHeader`). */
export function authorization(token: string): string {
  return `${macaroonsOf(token).length > 0 ? "FlyV1" : "Bearer"} ${bareToken(token)}`;
}

/** The token without a scheme, as the registry takes it for a password; of a list that has macaroons, those alone. */
export function bareToken(token: string): string {
  const macaroons = macaroonsOf(token);
  return (macaroons.length > 0 ? macaroons : partsOf(token)).join(",");
}

function macaroonsOf(token: string): string[] {
  return partsOf(token).filter((part) => /^fm(1r|1a|2)_/.test(part));
}

/** `Bearer`, `FlyV1` or nothing, then one token or several with commas between them. */
function partsOf(token: string): string[] {
  const list = token.trim().replace(/^((bearer|flyv1)\s+)+/i, "");
  return list.split(",").map((part) => part.trim());
}
