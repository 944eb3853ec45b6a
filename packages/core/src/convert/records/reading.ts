import type { Ragged } from "../settings/settings.ts";

/** How records are written: RFC 4180, and where a file differs from it. */
export interface Dialect {
  readonly delimiter: string;
  /** Character around fields; null: none is. */
  readonly quote: '"' | "'" | null;
  /** How a quote inside a quoted field is written. */
  readonly escape: "double" | "backslash";
  /** Spaces between a quoted field and the delimiter are no part of the field. */
  readonly spaced: boolean;
  /** Every line as a whole is in quotes. */
  readonly wrapped: boolean;
  /** Every record ends with a delimiter that parts nothing. */
  readonly trailing: boolean;
}

/** Everything that decides which records a file holds. */
export interface Reading {
  /** By its name in the Encoding Standard. */
  readonly encoding: string;
  readonly dialect: Dialect;
  /** Lines above the header. */
  readonly skip: number;
  /** Records that the header is made of; 0: none. */
  readonly headerRows: number;
  /** Records at the end that are left out. */
  readonly skipEnd: number;
  readonly short: Ragged;
  readonly long: Ragged;
  /** Columns of the table where padding made more than the header has; unset: those of the header. */
  readonly width?: number;
  /** What stands above the header: the table's description. */
  readonly title: string | null;
}
