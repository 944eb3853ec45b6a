/**
 * The modules among `names` that a file of Python may import: those that it names anywhere, in a source as a word, in bytecode as a
 * text with its length before it (CPython's marshal format). More than what it imports: that costs a little size, and breaks nothing.
 */
export function mentionedIn(file: string, bytes: Uint8Array, names: readonly string[]): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const has = file.endsWith(".pyc") ? (word: string) => text.includes(String.fromCharCode(word.length) + word) : wordIn(text);
  return names.filter((name) => {
    if (has(name)) return true;
    const at = name.lastIndexOf(".");
    // `from a.b import c`
    return at !== -1 && has(name.slice(at + 1)) && has(name.slice(0, at));
  });
}

function wordIn(text: string): (word: string) => boolean {
  const words = new Set(text.match(/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/g));
  const all = new Set([...words].flatMap((word) => word.split(".").map((_, at, parts) => parts.slice(0, at + 1).join("."))));
  return (word) => all.has(word);
}
