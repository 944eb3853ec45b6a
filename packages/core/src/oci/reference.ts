import { PublishError } from "../errors/publish-error.ts";

/** An image reference in its parts; `tag` and `digest` as they were given. */
export interface Reference {
  /** Host, with its port when one was given; `docker.io` when none was. */
  readonly registry: string;
  /** Repository in the registry; `library/` is added to Docker's own. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:<hex>` */
  readonly digest: string | null;
}

/** Longest repository name in characters (distribution-spec, "Pulling manifests"). */
const maxNameLength = 255;

const host = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/i;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Parses `[registry/]repository[:tag][@sha256:…]` as Docker does: the first part is a registry
 * when it has a dot or a colon or is `localhost`.
 *
 * @throws PublishError `REFERENCE_INVALID`
 */
export function parseReference(text: string): Reference {
  const [rest = "", digest = null, ...more] = text.split("@");
  if (more.length > 0 || (digest !== null && !digestPattern.test(digest)))
    throw invalid(text, "its digest is not sha256: and 64 hex digits");
  const slash = rest.indexOf("/");
  const first = slash < 0 ? "" : rest.slice(0, slash);
  const named = /[.:]/.test(first) || first === "localhost";
  const { path, tag } = splitTag(named ? rest.slice(slash + 1) : rest);
  if (tag !== null && !tagPattern.test(tag)) throw invalid(text, "its tag has characters that no tag may have");
  if (named && !host.test(first)) throw invalid(text, "its registry is not a host name");
  const registry = !named || first === "index.docker.io" ? "docker.io" : first.toLowerCase();
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  if (!path.split("/").every((part) => component.test(part)) || repository.length > maxNameLength)
    throw invalid(text, "a repository is lower-case letters, digits and single . _ - between them");
  return { registry, repository, tag, digest };
}

/** The full form of a reference: `docker.io/library/data:latest`. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}

/** The form people type, as `docker images` shows it: `data:latest`; never with a digest. */
export function familiarName({ registry, repository, tag }: Reference): string {
  const name = registry === "docker.io" ? repository.replace(/^library\//, "") : `${registry}/${repository}`;
  return `${name}:${tag ?? "latest"}`;
}

function splitTag(text: string): { path: string; tag: string | null } {
  const colon = text.indexOf(":");
  return colon < 0 ? { path: text, tag: null } : { path: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** Text that could be a URL with a password in it is not repeated. */
function invalid(text: string, problem: string): PublishError {
  const shown = /^[^@]*(?:@sha256:[0-9a-f]*)?$/.test(text) ? text : "given";
  return new PublishError("REFERENCE_INVALID", `The image reference ${shown} is not valid: ${problem}.`, "Write it as registry/name:tag.", {
    reference: shown,
  });
}
