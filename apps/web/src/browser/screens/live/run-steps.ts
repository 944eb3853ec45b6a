import type { PublishResult } from "@datasette-publish/workbench/protocol";

/** How a file that was made is run on a server. Commands are null where its maker gave none. */
export interface RunSteps {
  /** Its name, without its folder. */
  readonly file: string;
  readonly sizeBytes: number | null;
  readonly load: string | null;
  readonly run: string | null;
}

/** The steps for another machine, to which the file was copied under its name. */
export function runSteps({ site, deployment }: Pick<PublishResult, "site" | "deployment">): RunSteps {
  const { archive, archiveSizeBytes } = deployment?.facts ?? {};
  const path = typeof archive === "string" ? archive : `${site}.tar`;
  const file = path.split(/[/\\]/).at(-1) ?? path;
  const commands = (deployment?.next ?? []).flatMap((remedy) => (remedy.action === "run" ? [remedy.run] : []));
  const line = (verb: string): string | null => {
    const command = commands.find(([, first]) => first === verb);
    return command === undefined ? null : command.map((part) => quote(part === path ? file : part)).join(" ");
  };
  return { file, sizeBytes: typeof archiveSizeBytes === "number" ? archiveSizeBytes : null, load: line("load"), run: line("run") };
}

/** A word as the shells of Unix take it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
