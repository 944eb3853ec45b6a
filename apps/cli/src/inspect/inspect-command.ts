import { Flags } from "@oclif/core";
import { PublishError, exitStatus, blameOf, replaceFile, withWorkDir } from "@datasette-publish/core";
import type { ImagePlace, Platform } from "@datasette-publish/core/oci";
import { BaseCommand } from "../base-command.ts";
import { toJson } from "../errors.ts";
import { limitFlags, toLimits } from "../limits.ts";
import type { Inspected } from "./open.ts";

const places = ["archive", "layout", "engine", "registry"] as const satisfies readonly ImagePlace[];

export class InspectCommand extends BaseCommand {
  static override summary = "Show what is in an image, and where its bytes are";
  static override description = [
    "Reads an archive (docker save, or an OCI layout as a tar), the folder of an OCI layout, an image of the engine, or one of a registry. With two images: what differs, file by file.",
    "With limits it ends with status 2 for an image that is over one, and names the largest things in it; of two images, the second is held against them.",
  ].join("\n\n");
  static override strict = false;
  static override usage = "inspect <image> [other] [flags]";
  static override examples = [
    "<%= config.bin %> inspect site.tar",
    "<%= config.bin %> inspect python:3.13-slim --tree",
    "<%= config.bin %> inspect ghcr.io/me/site:1 ghcr.io/me/site:2",
    "<%= config.bin %> inspect site.tar --max-size 100MB --html sizes.html",
  ];
  static override flags = {
    tree: Flags.boolean({ description: "Walk the image with the keyboard" }),
    html: Flags.string({ description: "Write a page with a map of the image's bytes", helpValue: "FILE" }),
    platform: Flags.string({
      description: "Which image of one for several; the default is the only one, or linux/amd64",
      helpValue: "OS/ARCH",
    }),
    from: Flags.string({
      description: "Where to look for it; the default is a file or folder of that name, else the engine, else the registry",
      options: [...places],
    }),
    ...limitFlags,
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(InspectCommand);
    const [image, other] = requireImages(argv as string[]);
    if (other !== undefined && (flags.tree || flags.html !== undefined))
      throw new PublishError("COMMAND_INVALID", "A tree and a page show one image.", "Leave out the other image.");
    if (flags.tree && !(process.stdin.isTTY && process.stdout.isTTY))
      throw new PublishError("COMMAND_INVALID", "A tree needs a terminal.", "Leave out --tree.");
    const limits = toLimits(flags);
    const platform = flags.platform === undefined ? undefined : parsePlatform(flags.platform);
    const { inspectNamed, refusalOf } = await import("./open.ts");
    return withWorkDir(async (workDir) => {
      const look = (name: string) =>
        inspectNamed({ image: name, workDir, platform, from: flags.from as ImagePlace | undefined }, this.context);
      const first = await look(image);
      const last = other === undefined ? first : await look(other);
      const result = other === undefined ? await this.show(first, flags) : await this.compare(first, last);
      const refused = await refusalOf(last, limits, this.context);
      if (refused !== null && !this.jsonEnabled()) throw refused;
      if (refused !== null) process.exitCode = exitStatus[blameOf(refused)];
      return { ...result, refused: refused && toJson(refused) };
    });
  }

  private async show(
    inspected: Inspected,
    { tree, html }: { readonly tree: boolean; readonly html?: string | undefined },
  ): Promise<object> {
    const [{ reportOf }, { renderReport }] = await Promise.all([import("./report.ts"), import("./summary.ts")]);
    const report = reportOf(inspected);
    if (html !== undefined) {
      const { renderPage } = await import("./page.ts");
      await replaceFile(html, renderPage(inspected.name, inspected.inspection));
    }
    if (tree) {
      const { walkTree } = await import("./walk.ts");
      await walkTree(inspected.name, inspected.inspection, this.context.signal);
    }
    this.print([...renderReport(report), ...(html === undefined ? [] : ["", `Wrote ${html}`])]);
    return report;
  }

  private async compare(before: Inspected, after: Inspected): Promise<object> {
    const [{ comparisonOf }, { renderComparison }] = await Promise.all([import("./report.ts"), import("./summary.ts")]);
    const report = comparisonOf(before, after);
    this.print(renderComparison(report));
    return report;
  }
}

function requireImages([image, other, ...more]: readonly string[]): [image: string, other?: string] {
  if (image !== undefined && more.length === 0) return other === undefined ? [image] : [image, other];
  throw new PublishError("COMMAND_INVALID", "inspect takes one image, or two to compare.", "Type: publish inspect site.tar");
}

function parsePlatform(text: string): Platform {
  const [os = "", architecture = "", variant, ...more] = text.split("/");
  if (os !== "" && architecture !== "" && more.length === 0) return { os, architecture, ...(variant !== undefined && { variant }) };
  throw new PublishError("OPTION_INVALID", `${JSON.stringify(text)} is not a platform.`, "Write it as linux/arm64.", {
    option: "platform",
  });
}
