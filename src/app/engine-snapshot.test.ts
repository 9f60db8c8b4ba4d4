import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lab, openLab, TENANT } from '../../tests/support/in-process.js';
import { diskSnapshots } from '../config/snapshot-files.js';
import { systemClock } from '../kernel/clock.js';
import type { SnapshotFiles } from './engine-snapshot.js';
import { createResolution, type Resolution } from './resolution.js';
import { type MemorySnapshots, memorySnapshots } from './testing/memory-snapshots.js';

const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [USER, GROUP, OTHER] = [guid(1), guid(2), guid(3)];

let lab: Lab;
let files: MemorySnapshots;
let logged: string[];

const resolutionWith = (given: SnapshotFiles, options: { worthMillis?: number; everyChanges?: number } = {}): Resolution =>
  createResolution(lab.store, systemClock, { snapshots: { files: given, log: (message) => void logged.push(message), ...options } });

const groupsOf = (resolution: Resolution) => resolution.resident(TENANT).groupsOf({ set: 'users', id: USER }, true);

/** Whether the first answer, which is right, takes a reading of the store's objects. */
async function readsObjects(resolution: Resolution): Promise<boolean> {
  const scan = vi.spyOn(lab.store, 'scan');
  expect(await groupsOf(resolution)).toEqual([GROUP, OTHER]);
  const read = scan.mock.calls.some(([, set]) => set === 'users');
  scan.mockRestore();
  return read;
}

beforeEach(async () => {
  lab = await openLab();
  files = memorySnapshots();
  logged = [];
  await lab.put('users', 'user', USER, { department: 'Sales' });
  await lab.put('groups', 'group', GROUP, {
    groupTypes: ['DynamicMembership'],
    membershipRule: 'user.department -eq "Sales"',
    membershipRuleProcessingState: 'On',
  });
  await lab.put('groups', 'group', OTHER);
  await lab.link({ kind: 'members', from: OTHER, to: USER, toSet: 'users' });
});

/** A snapshot on file, of the tenant as it is. */
async function saved(): Promise<Uint8Array> {
  const resolution = resolutionWith(files);
  await groupsOf(resolution);
  expect(await resolution.save(TENANT)).toBe(true);
  return [...files.kept.values()][0] as Uint8Array;
}

describe('a snapshot', () => {
  it('spares the reading of the store, and is brought level', async () => {
    await saved();
    await lab.put('users', 'user', USER, { department: 'IT' });
    const started = resolutionWith(files);
    const scan = vi.spyOn(lab.store, 'scan');
    expect(await groupsOf(started)).toEqual([OTHER]);
    expect(scan.mock.calls.map(([, set]) => set)).not.toContain('users');
    scan.mockRestore();
    expect(logged).toEqual([]);
  });

  const spoilt: readonly [string, (bytes: Uint8Array) => Uint8Array, string][] = [
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 9), 'cut short'],
    ['cut to nothing', () => new Uint8Array(0), 'cut short'],
    ['not one', (bytes) => bytes.map(() => 65), 'it is none'],
    ['damaged in its head', (bytes) => flipped(bytes, 60), 'its head is damaged'],
    ['damaged in a section', (bytes) => flipped(bytes, bytes.length - 40), 'it is damaged'],
    ['damaged in its checksum', (bytes) => flipped(bytes, bytes.length - 1), 'it is damaged'],
  ];
  it.each(spoilt)('that is %s is passed over with one line', async (_, spoil, reason) => {
    const bytes = await saved();
    for (const name of files.kept.keys()) files.kept.set(name, spoil(bytes));
    const started = resolutionWith(files);
    expect(await readsObjects(started)).toBe(true);
    expect(logged).toEqual([expect.stringContaining(reason)]);
  });

  it('of a store that went another way is passed over', async () => {
    await saved();
    const name = [...files.kept.keys()][0] as string;
    const bytes = files.kept.get(name) as Uint8Array;
    lab = await openLab();
    await lab.put('users', 'user', USER);
    files.kept.set(name, bytes);
    expect(await groupsOf(resolutionWith(files))).toEqual([]);
    for (let n = 0; n < 5; n += 1) await lab.put('users', 'user', guid(10 + n));
    expect(await groupsOf(resolutionWith(files))).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('ahead of the store'), expect.stringContaining('another history')]);
  });

  it('that cannot be written does not disturb', async () => {
    const failing: SnapshotFiles = { ...files, write: () => Promise.reject(new Error('disk full')) };
    const resolution = resolutionWith(failing);
    await groupsOf(resolution);
    expect(await resolution.save(TENANT)).toBe(false);
    expect(await groupsOf(resolution)).toEqual([GROUP, OTHER]);
    expect(logged).toEqual([expect.stringContaining('disk full')]);
  });

  it('is written after a long fill, after many changes and at the end, and not without need', async () => {
    const write = vi.spyOn(files, 'write');
    const quick = resolutionWith(files, { worthMillis: 60_000 });
    await groupsOf(quick);
    await quick.close();
    expect(write).not.toHaveBeenCalled();

    const resolution = resolutionWith(files, { worthMillis: 0, everyChanges: 3 });
    await groupsOf(resolution);
    await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1));
    for (let n = 0; n < 5; n += 1) await lab.put('users', 'user', guid(10 + n));
    await groupsOf(resolution);
    await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(2));
    await groupsOf(resolution);
    await resolution.close();
    expect(write).toHaveBeenCalledTimes(2);

    await lab.put('users', 'user', guid(20));
    const again = resolutionWith(files, { worthMillis: 0 });
    await groupsOf(again);
    await again.close();
    expect(write).toHaveBeenCalledTimes(3);
    expect(logged).toEqual([]);
  });

  it('keeps questions waiting while it is written, and answers them', async () => {
    const resolution = resolutionWith(files);
    await groupsOf(resolution);
    const writing = resolution.save(TENANT);
    const answers = Array.from({ length: 5 }, () => groupsOf(resolution));
    expect(await writing).toBe(true);
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set([String([GROUP, OTHER])]));
  });
});

describe('snapshots on disk', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'snapshots-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are whole files beside the database, and come back', async () => {
    const resolution = resolutionWith(diskSnapshots(directory));
    await groupsOf(resolution);
    await resolution.save(TENANT);
    await resolution.save(TENANT);
    expect(readdirSync(directory)).toEqual([`engine-${TENANT}.snapshot`]);
    expect(await readsObjects(resolutionWith(diskSnapshots(directory)))).toBe(false);
    expect(logged).toEqual([]);
  });

  it('leave the old one where writing fails, and sweep up what was left half written', async () => {
    const disk = diskSnapshots(directory);
    await disk.write('one', [Buffer.from('old')]);
    const broken = function* () {
      yield Buffer.from('ne');
      throw new RangeError('broken');
    };
    await expect(disk.write('one', broken())).rejects.toThrow('broken');
    expect(readdirSync(directory)).toEqual(['one.snapshot']);
    writeFileSync(join(directory, '.snapshot-half'), 'x');
    const file = await diskSnapshots(directory).open('one');
    const into = new Uint8Array(3);
    await file?.read(into, 0);
    await expect(file?.read(new Uint8Array(4), 0)).rejects.toThrow('ends before');
    await file?.close();
    expect(Buffer.from(into).toString()).toBe('old');
    expect(readdirSync(directory)).toEqual(['one.snapshot']);
    await disk.remove('one');
    expect(await disk.open('one')).toBeUndefined();
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 1;
  return copy;
}
