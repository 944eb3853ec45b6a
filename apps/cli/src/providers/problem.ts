import type { ProviderProblem } from "@datasette-publish/workbench/providers";
import { inOneLine } from "../errors.ts";

/** A package that could not be loaded, as a line. */
export function renderProblem({ package: of, error }: ProviderProblem): string {
  return `Provider ${of} could not be loaded: ${inOneLine(error)}`;
}
