/**
 * An import target on a thread of its own: large imports make much short-lived garbage, which costs far less to collect where the young generation is
 * large, and its size can be set for a thread alone.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { ImportLine, ImportResult } from '../../app/import.js';
import { describeError, GraphError } from '../../kernel/errors.js';
import type { ImportTarget } from '../composition.js';
import { ImportStopped } from './stopped.js';

/** MiB of the thread's young generation: three spaces of a third each. */
export const YOUNG_MIB = 192;

type Request =
  | { readonly do: 'send'; readonly batch: Batch; readonly keepGoing: boolean; readonly lenient: boolean | undefined }
  | { readonly do: 'settle' | 'close' };

type Answer = { readonly value: unknown } | { readonly failure: Failure };

/** An error, as far as whoever tells of it looks. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly fault?: unknown;
  readonly syscall?: unknown;
}

/** Lines one behind the other, where each ends, and their numbers. */
interface Batch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array;
  readonly numbers: Float64Array;
}

/**
 * @param worker runs `serveThread`
 * @throws what opening the target throws there
 */
export async function threadTarget(worker: Worker): Promise<ImportTarget> {
  let settled: { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void } | undefined;
  const answered = () =>
    new Promise<unknown>((resolve, reject) => {
      settled = { resolve, reject };
    });
  worker.on('message', (answer: Answer) => {
    if ('failure' in answer) settled?.reject(errorOf(answer.failure));
    else settled?.resolve(answer.value);
  });
  worker.on('error', (error) => settled?.reject(error));
  worker.on('exit', (code) => settled?.reject(new Error(`the thread of the import ended with ${code}`)));
  // One request at a time: whoever imports waits for each answer.
  const ask = (request: Request, transferred: readonly ArrayBuffer[] = []): Promise<unknown> => {
    const answer = answered();
    worker.postMessage(request, transferred);
    return answer;
  };
  const name = String(await answered());
  return {
    name,
    async send(lines, keepGoing, lenient) {
      const batch = packed(lines);
      return (await ask({ do: 'send', batch, keepGoing, lenient }, [batch.bytes.buffer])) as ImportResult;
    },
    settle: async () => void (await ask({ do: 'settle' })),
    async close() {
      await ask({ do: 'close' });
      await worker.terminate();
    },
  };
}

/** The other end: opens a target, and does what is asked until it is closed. */
export async function serveThread(port: MessagePort, open: () => Promise<ImportTarget>): Promise<void> {
  const answer = async (work: () => Promise<unknown>) => {
    try {
      port.postMessage({ value: await work() });
    } catch (error) {
      port.postMessage({ failure: failureOf(error) });
    }
  };
  let target: ImportTarget | undefined;
  await answer(async () => {
    target = await open();
    return target.name;
  });
  port.on('message', (request: Request) => {
    void answer(async () => {
      if (target === undefined) throw new Error('there is no target');
      if (request.do === 'send') return await target.send(unpacked(request.batch), request.keepGoing, request.lenient);
      return await target[request.do]?.();
    });
  });
}

function packed(lines: readonly ImportLine[]): Batch {
  const ends = new Uint32Array(lines.length);
  let end = 0;
  for (const [at, { bytes }] of lines.entries()) {
    end += bytes.length;
    ends[at] = end;
  }
  const bytes = new Uint8Array(end);
  for (const [at, line] of lines.entries()) bytes.set(line.bytes, ends[at]! - line.bytes.length);
  return { bytes, ends, numbers: Float64Array.from(lines, ({ line }) => line) };
}

function unpacked({ bytes, ends, numbers }: Batch): readonly ImportLine[] {
  return Array.from(ends, (end, at) => ({ line: numbers[at]!, bytes: bytes.subarray(at === 0 ? 0 : ends[at - 1], end) }));
}

function failureOf(error: unknown): Failure {
  if (error instanceof GraphError) return { name: 'ImportStopped', message: describeError(error).message };
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, fault, syscall } = error as Error & Pick<Failure, 'fault' | 'syscall'>;
  return { name, message, ...(fault === undefined ? {} : { fault }), ...(syscall === undefined ? {} : { syscall }) };
}

function errorOf({ name, message, ...more }: Failure): Error {
  if (name === 'ImportStopped') return new ImportStopped(message);
  return Object.assign(new Error(message), { name, ...more });
}
