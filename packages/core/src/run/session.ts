import { randomUUID } from "node:crypto";

/**
 * One run of one user. Two of them may go on in one process: what is kept between two calls of a run is kept by its session, in a
 * `WeakMap`, and never in a module.
 */
export interface Session {
  /** Unlike that of any other run, anywhere. */
  readonly id: string;
}

export function newSession(): Session {
  return { id: randomUUID() };
}
