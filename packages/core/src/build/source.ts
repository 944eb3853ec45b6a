import { basename, dirname } from "node:path";
import { pipeline } from "node:stream";
import { createGzip } from "node:zlib";
import { layerContent } from "../oci/content.ts";
import { writeWhole } from "../oci/layer.ts";
import { writeTar } from "../oci/tar.ts";
import type { Image, ImageFile, TarFile } from "../oci/types.ts";
import type { ImageConfig } from "./image-config.ts";

/**
 * Writes an image as a source tarball for hosts that build themselves: its layers as they are, and a Dockerfile that only unpacks them
 * (`ADD` extracts a local gzip tar), so that the built image holds the same files and nothing is fetched. Written whole or not at all.
 */
export async function writeSource(
  image: Image,
  file: string,
  files: readonly ImageFile[],
  signal?: AbortSignal,
): Promise<{ file: string; sizeBytes: number; sha256: string }> {
  // The layers are compressed already.
  const chunks = pipeline(writeTar([...sourceFiles(image), ...files], signal), createGzip({ level: 1 }), () => {});
  return writeWhole(chunks, dirname(file), () => basename(file));
}

function sourceFiles(image: Image): TarFile[] {
  const layers = image.layers.map((layer, i) => ({ name: `layers/${i}.tar.gz`, mode: 0o644, source: layerContent(layer) }));
  const dockerfile = { name: "Dockerfile", mode: 0o644, source: new TextEncoder().encode(dockerfileOf(image)) };
  return [dockerfile, ...layers];
}

function dockerfileOf({ config: bytes, layers }: Image): string {
  const { config } = JSON.parse(Buffer.from(bytes).toString()) as { config: ImageConfig };
  return [
    "FROM scratch",
    ...layers.map(({ createdBy }, i) => `# ${createdBy.replaceAll(/\s+/g, " ")}\nADD layers/${i}.tar.gz /`),
    ...configInstructions(config),
    "",
  ].join("\n");
}

/** The instructions of a Dockerfile that give an image its config, without its health check. */
export function configInstructions(config: Omit<ImageConfig, "Healthcheck" | "StopSignal">): string[] {
  const variables = config.Env.map((entry) => {
    const at = entry.indexOf("=");
    return `${entry.slice(0, at)}=${quote(entry.slice(at + 1))}`;
  });
  return [
    `ENV ${variables.join(" ")}`,
    `LABEL ${Object.entries(config.Labels)
      .map(([name, value]) => `${quote(name)}=${quote(value)}`)
      .join(" ")}`,
    ...Object.keys(config.ExposedPorts).map((port) => `EXPOSE ${port}`),
    `WORKDIR ${config.WorkingDir}`,
    `USER ${config.User}`,
    `ENTRYPOINT ${JSON.stringify(config.Entrypoint)}`,
    `CMD ${JSON.stringify(config.Cmd)}`,
  ];
}

/** A Dockerfile word in double quotes, nothing in it expanded. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll("$", String.raw`\$`);
}
