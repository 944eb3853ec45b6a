import { expect, it } from "vitest";
import { linesOf } from "./logs.ts";

function frame(stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

it("joins lines that frames, chunks and bytes of UTF-8 part, each stream by itself", async () => {
  const text = Buffer.from("Größe\r\nnext");
  const bytes = Buffer.concat([frame(1, text.subarray(0, 3)), frame(2, Buffer.from("error\n")), frame(1, text.subarray(3))]);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, i) => bytes.subarray(i * 3, i * 3 + 3));
  const lines: string[] = [];
  for await (const line of linesOf(chunks)) lines.push(line);
  expect(lines).toEqual(["error", "Größe", "next"]);
});
