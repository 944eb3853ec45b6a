import { PublishError } from "@datasette-publish/core";
import { wordsOf } from "./extra-words.ts";
import type { Given } from "./flags.ts";

const name = "--extra-options";

/** Options of `datasette serve` that are ours too, each by the flag it is here. */
const ours = new Map([
  ["--metadata", "metadata"],
  ["-m", "metadata"],
  ["--config", "config"],
  ["-c", "config"],
  ["--setting", "setting"],
  ["-s", "setting"],
  ["--static", "static"],
  ["--template-dir", "template-dir"],
  ["--plugins-dir", "plugins-dir"],
  ["--version-note", "version-note"],
  ["--crossdb", "crossdb"],
  ["--cors", "cors"],
]);
const several = new Set(["setting", "static"]);
const alone = new Set(["crossdb", "cors"]);

/** Those that would break the image, or do nothing in it, and why. */
const refused = new Map<string, string>(
  Object.entries({
    "-h --host": "the image listens on all addresses",
    "-p --port": "the host says on which port the image listens, by the variable PORT",
    "--uds --reload --pdb -o --open --nolock": "it is for a Datasette on one's own machine",
    "--ssl-keyfile --ssl-certfile": "the host serves the site by TLS",
    "-i --immutable --create --inspect-file": "databases are given as files, and served read-only",
    "--load-extension": "the image has no extension of SQLite but SpatiaLite, which --spatialite adds",
    "--root": "the site's log would hold a link that makes anybody root",
    "--secret": "it would be in the image; give --env DATASETTE_SECRET",
    "--get --headers --token --actor --help --help-settings --version": "Datasette would end at once",
  }).flatMap(([options, why]) => options.split(" ").map((option) => [option, why])),
);

/** Those without a value that are passed on; one that is not known here may have one. */
const bare = new Set(["--memory", "--default-deny"]);

/**
 * What `--extra-options` holds, among what else was given: options that are ours too as our flags, the others as they are, in `more-arguments`.
 * @throws PublishError `OPTION_INVALID` for what the image could not be served with, and for what was given both ways
 */
export function withExtraOptions({ "extra-options": line, ...given }: Given): Given {
  if (typeof line !== "string") return given;
  const words = splitEquals(wordsOf(line, name));
  const flags: Record<string, Given[string]> = {};
  const rest: string[] = [];
  for (let at = 0; at < words.length;) {
    const option = words[at++]!;
    const why = refused.get(option);
    if (why !== undefined) throw wrong(`${option} cannot be in ${name}: ${why}.`, "Leave it out.");
    const flag = ours.get(option);
    if (flag === undefined) {
      if (!option.startsWith("-"))
        throw wrong(`${name} has ${JSON.stringify(option)}, which is no option.`, "Give files and folders before the flags.");
      rest.push(option);
      if (!bare.has(option)) while (at < words.length && !words[at]!.startsWith("-")) rest.push(words[at++]!);
    } else if (alone.has(flag)) flags[flag] = true;
    else at = take(option, flag, words, at, flags);
  }
  refuseTwice(flags, given);
  const lists = [...several].flatMap((flag) =>
    flags[flag] === undefined ? [] : [[flag, [...listOf(flags[flag]), ...listOf(given[flag])]]],
  );
  return { ...given, ...flags, ...(Object.fromEntries(lists) as Given), "more-arguments": rest };
}

/** Takes the value of an option, which for a setting is two words, and returns where the next word is. */
function take(option: string, flag: string, words: readonly string[], at: number, flags: Record<string, Given[string]>): number {
  const wanted = flag === "setting" ? 2 : 1;
  const values = words.slice(at, at + wanted);
  if (values.length < wanted) throw wrong(`${option} in ${name} has no value.`, `Write it behind ${option}.`);
  const [value = ""] = values;
  // Datasette 0.65's former way to give a setting.
  const isSetting = flag === "config" && /^[a-z_]+:[^/\\]*$/.test(value);
  if (isSetting) flags["setting"] = [...listOf(flags["setting"]), value.replace(":", "=")];
  else if (several.has(flag)) flags[flag] = [...listOf(flags[flag]), values.join("=")];
  else if (flags[flag] !== undefined) throw wrong(`${option} is twice in ${name}.`, "Write it once.");
  else flags[flag] = value;
  return at + wanted;
}

function refuseTwice(flags: Given, given: Given): void {
  const twice = Object.keys(flags).find((flag) => !several.has(flag) && !alone.has(flag) && given[flag] !== undefined);
  if (twice !== undefined) throw wrong(`--${twice} was given, and is in ${name} too.`, "Give it once.");
  if (flags["cors"] === true && given["cors"] === false) throw wrong(`--no-cors was given, and ${name} has --cors.`, "Give one of them.");
}

/** `--option=value` as two words. */
function splitEquals(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const [, option, value] = /^(--[a-z-]+)=([^]*)$/.exec(word) ?? [];
    return option === undefined || value === undefined ? [word] : [option, value];
  });
}

function listOf(value: Given[string]): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function wrong(message: string, hint: string): PublishError {
  return new PublishError("OPTION_INVALID", message, hint, { option: "extraOptions" });
}
