/**
 * Threads that help to fill an engine: each reads sets of objects for itself and puts them apart, while the first thread is told of others. What is said
 * between them, and both ends.
 */
import { type ApartKind, createObjectsApart } from '../engine/laying/objects-apart.js';
import { isReadOf } from '../engine/read-members.js';
import { createHandedWriter, type HandedSections, readHanded } from '../engine/snapshot/handed.js';
import type { SnapshotReader } from '../engine/snapshot/sections.js';
import { memberReader } from '../kernel/json-members.js';
import type { Store } from '../storage/store.js';

/** A set of objects, and what an engine takes them for. */
export interface ApartSet {
  readonly set: string;
  readonly kind: ApartKind;
}

export interface FillWork {
  readonly tenant: string;
  /** In the order in which they are wanted. */
  readonly sets: readonly ApartSet[];
}

/** What the thread says: a set at a time. */
type FillAnswer = { readonly kind: ApartKind; readonly sections: HandedSections } | { readonly failed: string };

/** The thread as whoever started it sees it; its other end runs `serveFill` with the same work. */
export interface FillThread {
  on(event: 'message', listener: (answer: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): unknown;
}

/** Given by the composition root, where threads can be had. */
export interface FillThreads {
  /** @throws Error where none can be started */
  start(work: FillWork): FillThread;
  /** How many may run beside the thread that fills the engine; 1 when left out. */
  readonly atOnce?: number;
  /** Told in one line why a thread was of no help. */
  readonly log?: (message: string) => void;
  /** From so many objects on a set is worth a thread. */
  readonly worthObjects?: number;
}

export interface FillPort {
  postMessage(message: unknown, memory: readonly ArrayBuffer[]): void;
}

/** Reads the sets and hands each over when it is whole. It never throws: what fails is told to the other end. */
export async function serveFill(port: FillPort, store: Pick<Store, 'scan'>, { tenant, sets }: FillWork): Promise<void> {
  const answer = (told: FillAnswer, memory: readonly ArrayBuffer[] = []) => port.postMessage(told, memory);
  try {
    for (const { set, kind } of sets) {
      const objects = createObjectsApart(kind);
      const read = memberReader((name) => isReadOf(kind, name));
      await store.scan(
        tenant,
        set,
        ({ id, json }) => objects.put(id, read(json)),
        ({ rows }) => objects.putRows(rows),
      );
      const out = createHandedWriter();
      objects.save(out);
      answer({ kind, sections: out.sections }, out.memory());
    }
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
  }
}

export interface FillHelp {
  /** Whether the thread was asked for objects of this kind. */
  has(kind: ApartKind): boolean;
  /** The objects of a kind, for `TenantEngine.adopt`. @throws Error when the thread failed or ended */
  objects(kind: ApartKind): Promise<SnapshotReader>;
  end(): void;
}

/** Starts threads for sets, a set each where so many may run. */
export function startHelp(threads: FillThreads, { tenant, sets }: FillWork): FillHelp {
  const waiting = new Map(sets.map(({ kind }) => [kind, awaited()]));
  const started: FillThread[] = [];
  const start = (own: readonly ApartSet[]) => {
    const fail = (reason: string) => {
      for (const { kind } of own) waiting.get(kind)?.reject(new Error(reason));
    };
    try {
      const thread = threads.start({ tenant, sets: own });
      started.push(thread);
      thread.on('message', (told) => {
        const answer = told as FillAnswer;
        if ('failed' in answer) fail(answer.failed);
        else waiting.get(answer.kind)?.resolve(readHanded(answer.sections));
      });
      thread.on('error', (error) => fail(error.message));
      thread.on('exit', (code) => fail(`it ended with ${code}`));
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  };
  const last = Math.min(threads.atOnce ?? 1, sets.length) - 1;
  for (let thread = 0; thread <= last; thread += 1) start(sets.slice(thread, thread === last ? undefined : thread + 1));
  return {
    has: (kind) => waiting.has(kind),
    async objects(kind) {
      const wanted = waiting.get(kind);
      if (wanted === undefined) throw new Error(`nobody was asked for ${kind} objects`);
      return await wanted.promise;
    },
    end() {
      for (const thread of started) thread.terminate();
    },
  };
}

interface Awaited {
  readonly promise: Promise<SnapshotReader>;
  resolve(objects: SnapshotReader): void;
  reject(error: Error): void;
}

function awaited(): Awaited {
  let ends: Omit<Awaited, 'promise'> | undefined;
  const promise = new Promise<SnapshotReader>((resolve, reject) => {
    ends = { resolve, reject };
  });
  // It may fail before somebody waits.
  promise.catch(() => undefined);
  return { promise, ...ends! };
}
