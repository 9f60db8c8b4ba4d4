import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StorageError } from '../storage-error.js';
import type { Store } from '../store.js';
import { type CompiledSources, compileSources, startProgram } from '../testing/child-program.js';
import { listQuery, TENANT } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { loadSqlite } from './connection.js';
import { openSqliteReader, openSqliteStore } from './sqlite-store.js';

const ROUNDS = 12;

let sources: CompiledSources;
let writer: string;
let directory: string;
let path: string;

beforeAll(() => {
  sources = compileSources(['kernel', 'model', 'query', 'storage']);
  writer = sources.program('storage/testing/crash-writer.ts');
  directory = mkdtempSync(join(tmpdir(), 'store-crash-'));
  path = join(directory, 'data', 'store.db');
}, 60_000);

afterAll(() => {
  sources.dispose();
  rmSync(directory, { recursive: true, force: true });
});

/** Numbers in [0, 1), the same on every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

async function integrity(): Promise<unknown> {
  const database = (await loadSqlite())(path, { readOnly: false });
  try {
    return database.prepare('PRAGMA integrity_check').all();
  } finally {
    database.close();
  }
}

/** The numbers of the change sets the store holds; fails unless each is there as a whole. */
async function wholeNumbers(store: Store): Promise<Set<number>> {
  const ids = async (set: string) => (await store.list(TENANT, listQuery({ set }))).entities.map((entity) => Number(entity.id));
  const left = await ids('left');
  expect(await ids('right')).toEqual(left);

  const latest = new Map<string, number>();
  let sequence = 0;
  let recorded = 0;
  for (;;) {
    const changes = await store.changesSince(TENANT, sequence, 1000);
    if (changes.length === 0) break;
    for (const [index, change] of changes.entries()) {
      const starts = change.ordinal === 0;
      if (starts) recorded += 1;
      // A plain test, for there are very many; the comparison shows the record at fault.
      const expected = { ordinal: index % 4, sequence: starts ? sequence + 1 : sequence };
      if (change.ordinal !== expected.ordinal || change.sequence !== expected.sequence) expect(change).toMatchObject(expected);
      sequence = change.sequence;
      if (change.key?.set === 'groups') latest.set(change.key.id, JSON.parse(change.after ?? '{}').number);
    }
  }
  expect(recorded).toBe(left.length);
  const slots = await store.list(TENANT, listQuery());
  expect(Object.fromEntries(slots.entities.map((slot) => [slot.id, JSON.parse(slot.json).number]))).toEqual(Object.fromEntries(latest));
  for (const number of left.slice(-50)) expect(await store.links(TENANT, { kind: 'members', to: String(number) })).toHaveLength(1);
  return new Set(left);
}

it(`loses nothing acknowledged and stays whole, killed ${ROUNDS} times while writing`, { timeout: 120_000 }, async () => {
  const random = seeded(20260117);
  const acknowledged = new Set<number>();
  let first = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const program = startProgram(writer, path, String(first));
    // Every third time while it still starts, makes its tables or recovers; else under load.
    if (round % 3 !== 0) await program.firstLine;
    await setTimeout(random() * (round % 3 === 0 ? 400 : 250));
    await program.kill();
    for (const line of program.lines()) acknowledged.add(Number(line));

    if (acknowledged.size === 0) continue;
    expect(await integrity()).toEqual([{ integrity_check: 'ok' }]);
    const store = await openSqliteStore({ path, types: testTypes });
    const kept = await wholeNumbers(store);
    await store.close();
    expect([...acknowledged].filter((number) => !kept.has(number))).toEqual([]);
    first = Math.max(0, ...kept, ...acknowledged) + 1;
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
});

it('lets a second process read, but not write', { timeout: 60_000 }, async () => {
  const program = startProgram(writer, path, '1000000');
  try {
    await program.firstLine;
    const refusal = await openSqliteStore({ path, types: testTypes }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StorageError);
    expect(refusal).toMatchObject({ fault: 'inUse', message: expect.stringContaining(`in use by process ${program.pid}.`) });

    const reader = await openSqliteReader({ path, types: testTypes });
    const found = await reader.read(TENANT, [{ set: 'left', parent: '', id: '1000000' }]);
    expect(found).toMatchObject([{ id: '1000000' }]);
    await reader.close();
  } finally {
    await program.kill();
  }
});
