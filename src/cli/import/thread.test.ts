import { MessageChannel, type Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type { ImportResult } from '../../app/import.js';
import { graphError } from '../../kernel/errors.js';
import { StorageError } from '../../storage/storage-error.js';
import type { ImportTarget } from '../composition.js';
import { ImportStopped } from './stopped.js';
import { serveThread, threadTarget } from './thread.js';

const nothing: ImportResult = { imported: {}, rejected: [] };
const line = (text: string, number: number) => ({ line: number, bytes: Buffer.from(text) });

/** Both ends on one thread, a channel between them. */
async function through(target: Partial<ImportTarget> | Error): Promise<ImportTarget> {
  const { port1, port2 } = new MessageChannel();
  const terminate = async () => {
    port1.close();
    return 0;
  };
  const worker = Object.assign(port1, { terminate }) as unknown as Worker;
  const opened = threadTarget(worker);
  await serveThread(port2, async () => {
    if (target instanceof Error) throw target;
    return { name: 'there', send: async () => nothing, close: async () => undefined, ...target };
  });
  return await opened;
}

it('carries lines with their numbers, and what became of them', async () => {
  const seen: unknown[] = [];
  const target = await through({
    send: async (lines, keepGoing, lenient) => {
      seen.push(
        lines.map(({ line: number, bytes }) => [number, Buffer.from(bytes).toString()]),
        keepGoing,
        lenient,
      );
      return { imported: { user: 2 }, rejected: [{ line: 7, message: 'no' }] };
    },
    settle: async () => void seen.push('settled'),
    close: async () => void seen.push('closed'),
  });
  expect(target.name).toBe('there');
  // Pieces of one buffer, as a file is read.
  const read = Buffer.from('{"a":1}\n{"é":2}\n');
  const lines = [line('', 3), { line: 2 ** 40, bytes: read.subarray(8, 15) }, { line: 7, bytes: read.subarray(0, 7) }];
  expect(await target.send(lines, true)).toEqual({ imported: { user: 2 }, rejected: [{ line: 7, message: 'no' }] });
  await target.settle?.();
  await target.close();
  expect(seen).toEqual([
    [
      [3, ''],
      [2 ** 40, '{"é":2'],
      [7, '{"a":1}'],
    ],
    true,
    undefined,
    'settled',
    'closed',
  ]);
  expect(read.toString()).toBe('{"a":1}\n{"é":2}\n');
});

it('tells why a target cannot be opened', async () => {
  await expect(through(new StorageError('inUse', 'somebody has it'))).rejects.toMatchObject({
    name: 'StorageError',
    message: 'somebody has it',
    fault: 'inUse',
  });
});

it('tells why lines cannot be imported, and goes on', async () => {
  let calls = 0;
  const target = await through({
    send: async () => {
      calls += 1;
      if (calls === 1) throw graphError('conflict', { reason: 'Somebody else was first.' });
      if (calls === 2) throw Object.assign(new Error('disk'), { syscall: 'write' });
      return nothing;
    },
  });
  const stopped = target.send([line('x', 1)], false);
  await expect(stopped).rejects.toBeInstanceOf(ImportStopped);
  await expect(stopped).rejects.toThrow('Somebody else was first.');
  await expect(target.send([line('x', 1)], false)).rejects.toMatchObject({ message: 'disk', syscall: 'write' });
  expect(await target.send([line('x', 1)], false)).toEqual(nothing);
  await target.close();
});
