import type { Page } from "playwright-core";

/** A file as somebody has it on their disk. */
export interface DroppedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function fileOf(name: string, content: string | Buffer): DroppedFile {
  return { name, mimeType: "text/csv", buffer: Buffer.from(content) };
}

/** Chooses files by the button beside the place to drop them. */
export async function chooseFiles(page: Page, files: readonly DroppedFile[], button: string | RegExp = "Choose files"): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: button, exact: true }).click()]);
  await chooser.setFiles([...files]);
}

// Runs in the page, as text: only the page's own sources know the types of a document.
const makeTransfer = `(files) => {
  const transfer = new DataTransfer();
  for (const { name, mimeType, base64 } of files)
    transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, { type: mimeType }));
  return transfer;
}`;

/** Drops files on what says `over`, as from another window. */
export async function dropFiles(page: Page, over: string | RegExp, files: readonly DroppedFile[]): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
  const dataTransfer = await page.evaluateHandle(`(${makeTransfer})(${JSON.stringify(given)})`);
  for (const type of ["dragenter", "dragover", "drop"]) await page.getByText(over).dispatchEvent(type, { dataTransfer });
}

/** Waits for the screen with this heading. */
export async function seeHeading(page: Page, heading: string | RegExp): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

/** Goes on from a screen, once it lets one; `to` is the heading of the next. */
export async function goOn(page: Page, to: string | RegExp, button = "Continue"): Promise<void> {
  await page.getByRole("button", { name: button, disabled: false }).click();
  await seeHeading(page, to);
}

/** From chosen files, once all are read, to the screen that asks where the site is to live; the column of e-mail addresses is left out. */
export async function goToPlaces(page: Page, title: string): Promise<void> {
  await page.getByText("All files are read.").waitFor();
  await goOn(page, "Is this right?");
  await page.getByRole("button", { name: "Leave this column out: members › contact" }).click();
  await page.getByText("It is left out.").waitFor();
  await goOn(page, "What is it?");
  await page.getByLabel("Title", { exact: true }).fill(title);
  await goOn(page, "Where will it live?");
}

/** Publishes at a place, once it is told what will happen. `button` is the last one, `heading` what is then said. */
export async function publishAt(page: Page, place: string, { button, heading }: { button: string; heading: string }): Promise<void> {
  await page.getByRole("radio", { name: place }).check();
  await goOn(page, heading, button);
}

/** A letter in Windows-1252, and semicolons. */
export const windowsFile = fileOf(
  "Käufer 2024.csv",
  Buffer.from("nr;name;ort;betrag\r\n1;Jürgen Groß;Köln;1,50\r\n2;Zoë Weiß;Düsseldorf;2,75\r\n3;Åsa Öst;Malmö;3,25\r\n", "latin1"),
);
/** Leading zeros, and a column of e-mail addresses. */
export const membersFile = fileOf(
  "members.csv",
  "zip,contact,joined\n01067,ann@example.org,2024-01-31\n04109,bob@example.org,2024-02-29\n00501,cy@example.org,2024-03-31\n",
);
/** Its third line has a value too many. */
export const brokenFile = fileOf("visits.csv", "day,visitors\n2024-01-01,10\n2024-01-02,11,12\n2024-01-03,14\n");
/** The same with that line mended. */
export const mendedFile = fileOf("visits.csv", "day,visitors\n2024-01-01,10\n2024-01-02,11\n2024-01-03,14\n");
