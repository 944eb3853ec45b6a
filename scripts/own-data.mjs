// Gives the tests a data folder of their own: none reads the tokens of whoever runs them, or writes into the list of their sites.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function ownData() {
  const dir = mkdtempSync(join(tmpdir(), "publish-data-"));
  process.env.XDG_DATA_HOME = dir;
  return () => rmSync(dir, { recursive: true });
}
