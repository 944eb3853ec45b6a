import { homedir, userInfo } from "node:os";
import { isAbsolute } from "node:path";

/** The user's environment variables: handed in, never read from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The user's home: `HOME` when it is an absolute path, else what the system says. Never a relative path. */
export function homeFolder(env: Environment = {}): string {
  return [env["HOME"] ?? "", homedir()].find((path) => isAbsolute(path)) ?? userInfo().homedir;
}
