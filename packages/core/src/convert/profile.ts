import type { Warning } from "../events/warnings.ts";
import { changedError, fingerprint } from "../files/input-file.ts";
import { KeyProbes } from "./columns/key-probe.ts";
import { profileColumn, type ColumnProfile, type ColumnVerdict } from "./columns/profile-column.ts";
import { NumberMemory } from "./columns/seen-numbers.ts";
import type { Column, ConvertOptions } from "./dataset.ts";
import { FileFindings } from "./findings/file-findings.ts";
import type { PrivateFinding } from "./findings/private/finding.ts";
import { hideValues } from "./hide-values.ts";
import type { Pass, PassOver } from "./pass.ts";
import { readRecords } from "./records/csv.ts";
import type { ColumnSettings } from "./settings/settings.ts";
import { filesOf, type FileProfile, type PlacedFile, type TableLayout, type TableProfile } from "./table-profile.ts";

/** What is to be told of a table. */
export interface Told {
  readonly notices: Warning[];
  readonly privateData: PrivateFinding[];
}

/**
 * First pass over the files of a table: checks every record, counts rows, finds the type of each column, and looks for what its owner
 * should know of. Appends to `told`.
 *
 * @param settings what is said of each column, in the order of the columns
 * @throws PublishError `CSV_INVALID`, `CSV_ENCODING`, `INPUT_CHANGED`, with the file
 */
export async function profileTable(
  layout: TableLayout,
  settings: readonly ColumnSettings[],
  options: ConvertOptions,
  told: Told,
  passOver: PassOver,
): Promise<TableProfile> {
  const { table, header, columns: names } = layout;
  const memory = new NumberMemory();
  const profiles = settings.map((said) => profileColumn({ ...said, ...kept(options) }, memory));
  using probes = new KeyProbes(names);
  const files: FileProfile[] = [];
  const privateData: PrivateFinding[] = [];
  for (const file of layout.files) {
    if (layout.files.length > 1) for (const profile of profiles) profile.startFile(file.input.name);
    const findings = new FileFindings(file, { ...layout, settings, profiles }, options);
    const rows = await profileFile(file, profiles, probes, findings, passOver(file.input));
    const found = await findings.finish(profiles.map((profile) => profile.finish().report.type));
    privateData.push(...found.privateData);
    told.notices.push(...found.notices);
    files.push({ ...file, rows });
  }
  const verdicts = profiles.map((profile) => profile.finish());
  const columns = verdicts.map((verdict, index) =>
    toColumn(
      names[index]!,
      verdict,
      settings[index]!,
      privateData.find(({ column }) => column === names[index]),
    ),
  );
  for (const [index, verdict] of verdicts.entries())
    if (!settings[index]!.leaveOut)
      told.notices.push(...verdict.notices(filesOf(layout), table, names[index]!, columns[index]!.private === undefined));
  told.privateData.push(...privateData);
  return {
    table,
    files,
    columns,
    header,
    toStored: verdicts.map(({ toStored }) => toStored),
    blanks: verdicts.map(({ blanks }) => blanks),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    rowidKeys: probes.keys,
  };
}

function kept({ emptyAsText, justStrings }: ConvertOptions): Pick<ConvertOptions, "emptyAsText" | "justStrings"> {
  return { ...(emptyAsText !== undefined && { emptyAsText }), ...(justStrings !== undefined && { justStrings }) };
}

function toColumn(name: string, { report }: ColumnVerdict, { description }: ColumnSettings, found: PrivateFinding | undefined): Column {
  const column = { name, ...report, ...(description !== undefined && { description }) };
  return found === undefined ? column : { ...hideValues(column), private: found.kind };
}

/** Feeds every record of a file to what looks at it, and counts them. */
async function profileFile(
  { input, reading, positions, fingerprint: before }: PlacedFile,
  columns: readonly ColumnProfile[],
  probes: KeyProbes,
  findings: FileFindings,
  pass: Pass,
): Promise<number> {
  const profiles = positions.map((position) => columns[position]!);
  let rows = 0;
  for await (const batch of readRecords(input, reading, pass.signal)) {
    const { records, lines } = batch;
    for (let number = 0; number < records.length; number++) {
      const record = records[number]!;
      const line = lines[number]!;
      for (let index = 0; index < profiles.length; index++) profiles[index]!.add(record[index]!, line);
    }
    probes.add(batch, positions);
    findings.add(batch);
    rows += records.length;
    pass.onBytes(batch.bytes);
  }
  if ((await fingerprint(input)) !== before) throw changedError(input.name);
  return rows;
}
