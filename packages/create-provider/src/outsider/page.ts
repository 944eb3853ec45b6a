/** A fenced block of a page that somebody who follows it would carry out. */
export type Block =
  | { readonly kind: "shell"; readonly title: string; readonly script: string }
  /** A whole file; its first line is a comment that names it. */
  | { readonly kind: "file"; readonly title: string; readonly file: string; readonly content: string };

/** The `sh` and `ts` blocks of a Markdown page, in order. @throws Error for a `ts` block that does not say which file it is */
export function readPage(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(sh|ts)\n(.*?)^```$/gms)].map(([, language, content = ""]): Block => {
    const [firstLine = ""] = content.split("\n", 1);
    if (language === "sh") return { kind: "shell", title: firstLine, script: content };
    const file = /^\/\/ (src\/[\w.-]+\.ts)$/.exec(firstLine)?.[1];
    if (file === undefined) throw new Error(`A ts block begins with ${JSON.stringify(firstLine)} instead of // src/<file>.ts.`);
    return { kind: "file", title: `write ${file}`, file, content };
  });
}
