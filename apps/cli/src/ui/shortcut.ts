/** A file that a desktop starts on a double click. */
export interface Shortcut {
  /** What it is called, without its folder. */
  readonly fileName: string;
  readonly text: string;
  /** What its user may have to do once. */
  readonly hint: string;
}

/** The shortcut of a platform for a command. Each opens a terminal, which tells how to close the page, and closes it when it is closed. */
export function makeShortcut(platform: NodeJS.Platform, title: string, command: readonly string[]): Shortcut {
  if (platform === "win32") return { fileName: `${title}.cmd`, text: forWindows(title, command), hint: "" };
  if (platform === "darwin") return { fileName: `${title}.command`, text: forMac(command), hint: "" };
  const hint = "Some desktops want to be told once that they may start it: right-click it, then choose Allow Launching.";
  return { fileName: `${title}.desktop`, text: forLinux(title, command), hint };
}

/** Desktop Entry Specification 1.5, "The Exec key": an argument is quoted, then the whole is escaped as any value is. */
function forLinux(title: string, command: readonly string[]): string {
  const exec = command.map((arg) => `"${arg.replaceAll("%", "%%").replaceAll(/["`$\\]/g, String.raw`\$&`)}"`).join(" ");
  return [
    "[Desktop Entry]",
    "Type=Application",
    `Name=${asValue(title)}`,
    "Comment=Turn files into a website of your own",
    `Exec=${asValue(exec)}`,
    "Terminal=true",
    "Categories=Office;",
    "",
  ].join("\n");
}

function asValue(text: string): string {
  const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return text.replaceAll(/[\\\n\r\t]/g, (character) => escapes[character]!);
}

function forMac(command: readonly string[]): string {
  return `#!/bin/sh\nexec ${command.map((arg) => `'${arg.replaceAll("'", String.raw`'\''`)}'`).join(" ")}\n`;
}

/** A percent sign begins a variable; a backslash before a quote would hide it from the program. The code page is UTF-8. */
function forWindows(title: string, command: readonly string[]): string {
  const quoted = command.map((arg) => `"${arg.replaceAll("%", "%%").replace(/\\+$/, "$&$&")}"`);
  const lines = ["@echo off", "chcp 65001 >nul", `title ${title}`, quoted.join(" "), "if errorlevel 1 pause"];
  return lines.map((line) => `${line}\r\n`).join("");
}
