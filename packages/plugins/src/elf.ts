/** What the dynamic linker reads of an ELF file (ELF gABI, "Dynamic Section"). */
export interface ElfInfo {
  /** DT_NEEDED: names of the libraries it is linked with. */
  readonly needed: readonly string[];
  /** DT_SONAME, when it is a library. */
  readonly soname: string | null;
  /** DT_RUNPATH, or DT_RPATH where there is none, split at `:`. */
  readonly runPath: readonly string[];
  /** PT_INTERP: the loader, when it is a program. */
  readonly interpreter: string | null;
}

const segmentTypes = { load: 1, dynamic: 2, interpreter: 3 } as const;
const dynamicTags = { needed: 1, stringTable: 5, soname: 14, rpath: 15, runpath: 29 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly sizeBytes: number;
}

/** Reads a 64-bit little-endian ELF file (amd64, arm64); null for any other file. A static one has nothing needed. */
export function readElf(bytes: Uint8Array): ElfInfo | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < 64 || file.toString("latin1", 0, 4) !== "\x7fELF" || file[4] !== 2 || file[5] !== 1) return null;
  const segments = readSegments(file);
  const interpreter = segments.find(({ type }) => type === segmentTypes.interpreter);
  const tags = readDynamic(file, segments);
  const table = toOffset(segments, tags.find(([tag]) => tag === dynamicTags.stringTable)?.[1] ?? 0);
  const strings = (wanted: number): string[] => tags.filter(([tag]) => tag === wanted).map(([, value]) => readString(file, table + value));
  const runPath = strings(dynamicTags.runpath)[0] ?? strings(dynamicTags.rpath)[0] ?? "";
  return {
    needed: strings(dynamicTags.needed),
    soname: strings(dynamicTags.soname)[0] ?? null,
    runPath: runPath.split(":").filter((path) => path !== ""),
    interpreter: interpreter ? readString(file, interpreter.offset) : null,
  };
}

function readSegments(file: Buffer): Segment[] {
  const start = Number(file.readBigUInt64LE(32));
  const entrySizeBytes = file.readUInt16LE(54);
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = start + index * entrySizeBytes;
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: Number(file.readBigUInt64LE(at + 16)),
      sizeBytes: Number(file.readBigUInt64LE(at + 32)),
    };
  });
}

function readDynamic(file: Buffer, segments: readonly Segment[]): [tag: number, value: number][] {
  const dynamic = segments.find(({ type }) => type === segmentTypes.dynamic);
  if (dynamic === undefined) return [];
  const tags: [number, number][] = [];
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.sizeBytes; at += 16) {
    const tag = Number(file.readBigInt64LE(at));
    if (tag === 0) break;
    tags.push([tag, Number(file.readBigUInt64LE(at + 8))]);
  }
  return tags;
}

/** File offset of a virtual address. */
function toOffset(segments: readonly Segment[], address: number): number {
  const holder = segments.find((at) => at.type === segmentTypes.load && address >= at.address && address < at.address + at.sizeBytes);
  return holder === undefined ? address : address - holder.address + holder.offset;
}

function readString(file: Buffer, offset: number): string {
  return file.toString("latin1", offset, file.indexOf(0, offset));
}
