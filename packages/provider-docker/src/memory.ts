/** MB that a site needs to start and to answer. */
export const leastMemoryMb = 64;

/** Megabytes of `/tmp`, which is memory as well: as many as the launcher takes, which passes over more than a third. */
const temporaryMb = (memoryMb: number): number => Math.floor(memoryMb / 4);

/** What of a container's `HostConfig` says how much memory it has; 0: as much as the machine, with 256 MB for `/tmp`. */
export function memoryLimits(memoryMb: number) {
  const size = memoryMb === 0 ? 256 : temporaryMb(memoryMb);
  return {
    Tmpfs: { "/tmp": `rw,noexec,nosuid,size=${size}m,mode=1777` },
    ...(memoryMb > 0 && { Memory: memoryMb * 1024 ** 2 }),
  };
}

/** The same for `docker run`. */
export function memoryArguments(memoryMb: number): string[] {
  return memoryMb === 0 ? ["--tmpfs", "/tmp"] : ["--tmpfs", `/tmp:size=${temporaryMb(memoryMb)}m`, "--memory", `${memoryMb}m`];
}

/** The MB that {@link memoryLimits} gave a container. */
export function memoryOf({ Memory = 0 }: { readonly Memory?: number | undefined }): number {
  return Memory / 1024 ** 2;
}
