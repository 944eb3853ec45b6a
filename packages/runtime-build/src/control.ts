/** The stanzas of a Debian index that describe `names`, by package; fields by name (deb-control(5), folded lines dropped). */
export function parseStanzas(text: string, names: ReadonlySet<string>): Map<string, Map<string, string>> {
  const stanzas = new Map<string, Map<string, string>>();
  for (const stanza of text.split(/\n\n+/)) {
    const name = /^Package: (.+)$/m.exec(stanza)?.[1];
    if (name === undefined || !names.has(name)) continue;
    stanzas.set(name, new Map([...stanza.matchAll(/^([^\s:]+): (.*)$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""])));
  }
  return stanzas;
}
