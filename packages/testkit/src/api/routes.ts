import type { Contract } from "./contract.ts";

/** The operation that a method and a path belong to, and what its `{placeholders}` hold. */
export interface Match {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds operations of a contract; a literal segment goes before a placeholder. */
export function createRouter(contract: Contract): (method: string, path: string) => Match | null {
  const routes = Object.keys(contract.operations).map((operation) => {
    const [method = "", template = ""] = operation.split(" ");
    const pattern = new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    return { operation, method, pattern, placeholders: template.split("{").length };
  });
  routes.sort((a, b) => a.placeholders - b.placeholders);
  return (method, path) => {
    for (const route of routes) {
      const found = route.method === method ? route.pattern.exec(path) : null;
      if (found === null) continue;
      const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { operation: route.operation, params: Object.fromEntries(params) as Record<string, string> };
    }
    return null;
  };
}
