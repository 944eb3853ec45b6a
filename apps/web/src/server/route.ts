import type { GenericSchema } from "valibot";
import type { Routes } from "../routes.ts";

export type RouteName = keyof Routes;

/** Names of the values in a path: `"draft" | "file"`. */
type ParamOf<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | ParamOf<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? Name
    : never;

type Part<Name extends RouteName, Key extends "body" | "query"> = Routes[Name] extends { readonly [key in Key]: infer Value }
  ? Value
  : undefined;

/** What a route's handler gets: nothing in it is unchecked. */
export interface Call<Name extends RouteName> {
  readonly params: Readonly<Record<ParamOf<Name>, string>>;
  readonly query: Part<Name, "query">;
  readonly body: Part<Name, "body">;
  /** Aborts when the page waits no more. */
  readonly signal: AbortSignal;
}

type Answer<Name extends RouteName> = Routes[Name]["answer"];

/** A handler for every route. */
export type Handlers = {
  readonly [Name in RouteName]: (call: Call<Name>) => Answer<Name> | Promise<Answer<Name>>;
};

/** A check for each body, or each query, of the routes that have one. */
export type Checks<Key extends "body" | "query"> = {
  readonly [Name in RouteName as Routes[Name] extends { readonly [key in Key]: unknown } ? Name : never]: GenericSchema<
    unknown,
    Part<Name, Key>
  >;
};
