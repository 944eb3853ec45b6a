import { useEffect, useState } from "preact/hooks";

/** The steps from files to a site, in their order. */
export const steps = ["files", "check", "about", "publish", "live"] as const;

export type Step = (typeof steps)[number];

/** What the address says is to be seen. */
export type View =
  | { readonly screen: "sites" }
  /** Files of a draft that is not there yet. */
  | { readonly screen: "new" }
  | { readonly screen: Step; readonly draft: string }
  | { readonly screen: "site"; readonly site: string }
  | { readonly screen: "lost" };

/** What an address shows. */
export function parsePath(path: string): View {
  const [first = "", id = "", third = "", ...more] = path.slice(1).split("/");
  if (path === "/") return { screen: "sites" };
  if (path === "/new") return { screen: "new" };
  const step = steps.find((one) => one === third);
  if (first === "drafts" && isId(id) && step !== undefined && more.length === 0) return { screen: step, draft: id };
  if (first === "sites" && isId(id) && third === "" && more.length === 0) return { screen: "site", site: id };
  return { screen: "lost" };
}

const isId = (text: string): boolean => /^[\w-]+$/.test(text);

/** Address of a step of a draft. */
export function stepPath(draft: string, step: Step): string {
  return `/drafts/${draft}/${step}`;
}

/** Address of a site. */
export function sitePath(site: string): string {
  return `/sites/${site}`;
}

/** Shows another address. `replace`: the one before is not gone back to. */
export function go(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  scrollTo(0, 0);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The path of the address, now and when it changes. */
export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const onChange = (): void => setPath(location.pathname);
    addEventListener("popstate", onChange);
    return () => removeEventListener("popstate", onChange);
  }, []);
  return path;
}
