/** Largest record that is read, in bytes: Debian's whole `status` of a large image has five million. */
export const maxRecordBytes = 1 << 24;

const patterns = [
  // dpkg: what is installed, and the files of each package; images without dpkg have `status.d`.
  /^var\/lib\/dpkg\/(status|status\.d\/[^/]+|info\/[^/]+\.list)$/,
  // apk: packages and files in one.
  /^(usr\/)?lib\/apk\/db\/installed$/,
  // Python ("Recording installed projects").
  /\.dist-info\/(RECORD|METADATA|top_level\.txt|entry_points\.txt)$/,
];

/** Whether a file is one in which a package manager says what it installed. */
export function isRecord(path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}
