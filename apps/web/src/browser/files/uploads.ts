import { useEffect, useState } from "preact/hooks";
import { call, problemOf, sendFile, type Problem } from "../api.ts";
import type { Picked } from "./picked.ts";

/** A file on its way to a draft. */
export interface Upload {
  readonly draft: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  /** `lost`: the server does not answer, and is asked again. `sent`: it is there, and the draft's view does not have it yet. */
  readonly state: "waiting" | "sending" | "lost" | "refused" | "sent";
  readonly problem: Problem | null;
}

interface Sender extends Upload {
  readonly file: File;
  readonly stop: AbortController;
  /** A part of it may have come before. */
  readonly mayGoOn: boolean;
}

/** A file that was on its way when the page was left, and that nobody has seen since. */
export interface MissedFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Files on their way, of every draft: they go on while other screens are looked at. One after the other, the smallest first. */
let uploads: readonly Sender[] = [];
let isSending = false;
const changed = new EventTarget();

function change(upload: Sender, to: Partial<Upload> | null): void {
  uploads = uploads.flatMap((one) => (one.stop !== upload.stop ? [one] : to === null ? [] : [{ ...one, ...to }]));
  changed.dispatchEvent(new Event("change"));
}

/** Sends files to a draft. One of the same name that is on its way, or there, gives way. */
export function addFiles(draft: string, picked: readonly Picked[]): void {
  for (const { name, file } of picked) {
    drop(draft, name);
    const mayGoOn = localStorage.getItem(markOf(draft, name)) === markFor(file);
    localStorage.setItem(markOf(draft, name), markFor(file));
    const begun = { stop: new AbortController(), sizeBytes: file.size, sentBytes: 0, state: "waiting", problem: null } as const;
    uploads = [...uploads, { draft, name, file, mayGoOn, ...begun }];
  }
  changed.dispatchEvent(new Event("change"));
  void sendAll();
}

/** Stops a file on its way. What has come of it is removed as any file is. */
export function cancelUpload(draft: string, name: string): void {
  drop(draft, name);
  localStorage.removeItem(markOf(draft, name));
  changed.dispatchEvent(new Event("change"));
}

function drop(draft: string, name: string): void {
  for (const one of uploads) if (one.draft === draft && one.name === name) one.stop.abort();
  uploads = uploads.filter((one) => one.draft !== draft || one.name !== name);
}

/** Forgets what has come whole: the draft's view has it now. */
export function forgetSent(draft: string): void {
  uploads = uploads.filter((one) => one.draft !== draft || one.state !== "sent");
  changed.dispatchEvent(new Event("change"));
}

/** The files on their way to a draft, now and when that changes. */
export function useUploads(draft: string): readonly Upload[] {
  const [list, setList] = useState(() => uploads.filter((one) => one.draft === draft));
  useEffect(() => {
    const onChange = (): void => setList(uploads.filter((one) => one.draft === draft));
    onChange();
    changed.addEventListener("change", onChange);
    return () => changed.removeEventListener("change", onChange);
  }, [draft]);
  return list;
}

async function sendAll(): Promise<void> {
  if (isSending) return;
  isSending = true;
  for (let next = firstWaiting(); next !== undefined; next = firstWaiting()) await send(next);
  isSending = false;
}

function firstWaiting(): Sender | undefined {
  return uploads.filter(({ state }) => state === "waiting").sort((a, b) => a.sizeBytes - b.sizeBytes)[0];
}

/** How long to wait for a server that does not answer, in milliseconds. */
const pauseMs = 2000;

async function send(upload: Sender): Promise<void> {
  const { draft, name, file, stop } = upload;
  const { signal } = stop;
  for (let isAgain = false; ; isAgain = true) {
    try {
      const fromByte = await startOf(upload, isAgain);
      change(upload, { state: "sending", sentBytes: fromByte });
      await sendFile(draft, name, file, { fromByte, onProgress: (sentBytes) => change(upload, { sentBytes }), signal });
      localStorage.removeItem(markOf(draft, name));
      change(upload, { state: "sent", sentBytes: file.size });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      if (problem.code !== "OFFLINE") return change(upload, { state: "refused", problem });
      change(upload, { state: "lost" });
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
  }
}

/** What has come of a file that stopped on its way: only if it is the same file, by the time of its last change. */
async function startOf({ draft, name, file, mayGoOn }: Sender, isAgain: boolean): Promise<number> {
  if (!mayGoOn && !isAgain) return 0;
  const { draft: known } = await call("GET /api/drafts/:draft", { params: { draft } });
  const there = known.files.find((one) => one.name === name);
  return there?.finding.state === "arriving" && there.sizeBytes === file.size ? there.finding.receivedBytes : 0;
}

/** Files that were to be sent to a draft, by what this browser remembers. */
export function missedFiles(draft: string): MissedFile[] {
  const names = Object.keys(localStorage).filter((key) => key.startsWith(markOf(draft, "")));
  return names.map((key) => ({ name: key.slice(markOf(draft, "").length), sizeBytes: Number(localStorage.getItem(key)?.split(" ")[0]) }));
}

const markOf = (draft: string, name: string): string => `sending ${draft} ${name}`;
const markFor = ({ size, lastModified }: File): string => `${size} ${lastModified}`;
