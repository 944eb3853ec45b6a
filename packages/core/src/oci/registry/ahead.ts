import type { Context } from "../../events/events.ts";
import type { Growing } from "../growing-file.ts";
import { parseReference, type Reference } from "../reference.ts";
import type { Descriptor, Layer } from "../types.ts";
import { layerBlob, pushGrowing, pushOnce } from "./blob.ts";
import { pull } from "./pull.ts";
import { clientFor, type PushOptions } from "./push.ts";

/**
 * Layers on their way to a repository while the rest of their image is made, one after the other. A push that is told of it waits for each,
 * and finds it there. Nothing here fails: what could not be sent, that push sends, tries again and says. Closing it ends what is under way.
 */
export interface Ahead extends AsyncDisposable {
  readonly target: Reference;
  /** Sends a layer that is ready. */
  send(layer: Layer): void;
  /**
   * Sends a layer while it is made, unless the image that the reference names has one with all of these annotations: the same bytes.
   *
   * @param annotations of those that the layer will have, what names its bytes
   */
  sendGrowing(growing: Growing, made: Promise<Layer>, annotations: Annotations): void;
  /** True once a blob is there; false once it cannot be sent, or if nobody sends it. `onBytes` is told how many of its bytes are done. */
  settled(digest: string, onBytes: (doneBytes: number) => void): Promise<boolean>;
}

type Annotations = NonNullable<Descriptor["annotations"]>;

interface Sending {
  doneBytes: number;
  onBytes(doneBytes: number): void;
  /** Whether it is there. */
  over: Promise<boolean>;
}

/**
 * Opens a repository for layers that are sent before their image is whole. Reports nothing: progress is the push's. After a failure, it sends nothing more.
 *
 * @throws PublishError `REFERENCE_INVALID`
 */
export function pushAhead(reference: string, options: PushOptions, { signal }: Pick<Context, "signal">): Ahead {
  const stop = new AbortController();
  const silent: Context = { report: () => {}, signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]) };
  const target = parseReference(reference);
  const client = clientFor(target, options, silent, stop.signal);
  const sendings = new Map<string, Sending>();
  let last = Promise.resolve(true);

  const begin = (work: (onBytes: (doneBytes: number) => void) => Promise<boolean>): Sending => {
    const sending: Sending = { doneBytes: 0, onBytes: () => {}, over: last };
    const onBytes = (doneBytes: number) => sending.onBytes((sending.doneBytes = doneBytes));
    sending.over = last = last
      .then(() => work(onBytes))
      .catch((error: unknown) => {
        stop.abort(error);
        return false;
      });
    return sending;
  };
  const isThere = async (annotations: Annotations): Promise<boolean> => {
    const { layers } = await pull(reference, options, silent).catch(() => ({ layers: [] }));
    const wanted = Object.entries(annotations);
    return layers.some(({ descriptor }) => wanted.every(([name, value]) => descriptor.annotations?.[name] === value));
  };

  const sendWhole = async (layer: Layer, onBytes: (doneBytes: number) => void): Promise<true> => {
    await pushOnce(client, layerBlob(layer), onBytes);
    return true;
  };

  return {
    target,
    send(layer) {
      const { digest } = layer.descriptor;
      if (sendings.has(digest)) return;
      const sending = begin((onBytes) => sendWhole(layer, onBytes));
      sendings.set(digest, sending);
    },
    sendGrowing(growing, made, annotations) {
      const sending = begin(async (onBytes) => {
        if (await isThere(annotations)) return false;
        if (growing.isOver) return sendWhole(await made, onBytes);
        await pushGrowing(client, growing, made, onBytes);
        return true;
      });
      made.then(
        ({ descriptor }) => sendings.set(descriptor.digest, sending),
        () => {},
      );
    },
    async settled(digest, onBytes) {
      const sending = sendings.get(digest);
      if (sending === undefined) return false;
      onBytes(sending.doneBytes);
      sending.onBytes = onBytes;
      return sending.over;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await last;
    },
  };
}
