/** A part of the runtime that serving does not reach: a module with its data, a library, or a package's record. */
export interface SlimPart {
  /** A module's is how it is imported: `xml.dom.minidom`. */
  readonly name: string;
  /** Paths in the image; one that ends in `/` is a folder with all below. */
  readonly files: readonly string[];
  /** Parts of this list that it needs, by name. */
  readonly needs: readonly string[];
  /** Whether something imports it, but not when a site without plugins is served. */
  readonly isCut: boolean;
}
