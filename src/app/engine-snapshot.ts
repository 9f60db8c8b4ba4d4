/**
 * Snapshots of resident engines: what an engine knows, in one file a tenant beside the database, so that a start need not read every entity.
 *
 * `createResolution(store, clock, { snapshots })` uses them when given `snapshots: SnapshotOptions`; `Resolution.save(tenant)` writes one now and
 * answers whether it is on disk; `Resolution.close()` writes those that are worth it. `diskSnapshots(directory)` of `config/snapshot-files` is the
 * adapter for `SnapshotFiles` (a file `engine-{tenant}.snapshot` in that directory).
 *
 * A snapshot holds directory objects, devices, groups and memberships as the engine keeps them, and of policies, assignments and filters what
 * decides who gets them: no settings, so no secrets.
 */
import {
  addToSum,
  aligned,
  createSnapshotSections,
  PIECE_BYTES,
  PREFIX_BYTES,
  readHead,
  readPrefix,
  readSections,
  readTrailer,
  TRAILER_BYTES,
} from '../engine/snapshot/format.js';
import { SnapshotMismatch } from '../engine/snapshot/sections.js';
import type { TenantEngine } from '../engine/tenant-engine.js';
import type { JsonObject } from '../kernel/json.js';

/** Where snapshots are kept; given by the composition root. */
export interface SnapshotFiles {
  /** Undefined when there is none of this name. */
  open(name: string): Promise<SnapshotFile | undefined>;
  /** Replaces a snapshot as a whole, durably, or leaves the old one: the pieces are taken one after the other, with room for other work between. */
  write(name: string, pieces: Iterable<Uint8Array>): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface SnapshotFile {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` from `at` on. @throws when the file ends before */
  read(into: Uint8Array, at: number): Promise<void>;
  close(): Promise<void>;
}

export interface SnapshotOptions {
  readonly files: SnapshotFiles;
  /** Told in one line why a snapshot was passed over or could not be written. */
  readonly log?: (message: string) => void;
  /** A fill from the store that took so long (milliseconds) is followed by a snapshot. Default 2,000. */
  readonly worthMillis?: number;
  /** After so many change records a snapshot is written anew. Default 100,000. */
  readonly everyChanges?: number;
}

export const WORTH_MILLIS = 2000;
export const EVERY_CHANGES = 100_000;

/** Which state of which tenant a snapshot is of. */
export interface SnapshotState {
  readonly tenant: string;
  /** Of the tenant's making: one that was removed and made anew is another. */
  readonly createdAt: string;
  readonly sequence: number;
  /** Digest of the change of that sequence number. */
  readonly lastChange: string;
}

/** The engine must not change until this resolves. @throws what the files throw */
export async function writeSnapshot(files: SnapshotFiles, engine: TenantEngine, state: SnapshotState): Promise<void> {
  const out = createSnapshotSections();
  engine.save(out);
  await files.write(snapshotName(state.tenant), out.pieces({ ...state }));
}

/**
 * Fills an engine that was never told of anything.
 *
 * @param assertUsable throws SnapshotMismatch for the snapshot of a state that cannot be gone on from
 * @returns the state of the snapshot; undefined when there is none
 * @throws SnapshotMismatch, or what reading throws, when it is damaged or another's; the engine is not to be used then
 */
export async function readSnapshot(
  files: SnapshotFiles,
  engine: TenantEngine,
  assertUsable: (state: SnapshotState) => Promise<void>,
  tenant: string,
): Promise<SnapshotState | undefined> {
  const file = await files.open(snapshotName(tenant));
  if (file === undefined) return undefined;
  try {
    const take = async (at: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> => {
      const taken = new Uint8Array(bytes);
      if (at + bytes > file.size) throw new SnapshotMismatch('it is cut short');
      await file.read(taken, at);
      return taken;
    };
    const { headBytes, sum } = readPrefix(await take(0, PREFIX_BYTES));
    const head = readHead(await take(PREFIX_BYTES, headBytes), sum);
    const state = stateOf(head.facts);
    if (state?.tenant !== tenant) throw new SnapshotMismatch("it is another tenant's");
    await assertUsable(state);
    if (file.size !== head.size) throw new SnapshotMismatch('it is cut short');
    const sections = new Map<string, { readonly kind: string; readonly bytes: ArrayBuffer }>();
    let found = 0;
    for (const { name, kind, at, bytes } of head.sections) {
      const section = new Uint8Array(bytes);
      for (let from = 0; from < bytes; from += PIECE_BYTES) {
        const piece = section.subarray(from, from + PIECE_BYTES);
        await file.read(piece, at + from);
        found = addToSum(found, piece);
      }
      found = addToSum(found, await take(at + bytes, aligned(bytes) - bytes));
      sections.set(name, { kind, bytes: section.buffer });
    }
    if (readTrailer(await take(head.size - TRAILER_BYTES, TRAILER_BYTES)) !== found) throw new SnapshotMismatch('it is damaged');
    engine.load(readSections(sections));
    return state;
  } finally {
    await file.close();
  }
}

function stateOf({ tenant, createdAt, sequence, lastChange }: JsonObject): SnapshotState | undefined {
  if (typeof tenant !== 'string' || typeof createdAt !== 'string' || typeof sequence !== 'number') return undefined;
  return typeof lastChange === 'string' ? { tenant, createdAt, sequence, lastChange } : undefined;
}

/** What a tenant's snapshot is called among the files: tenants' ids are their own, a file's name is made of what every file system takes. */
export function snapshotName(tenant: string): string {
  return `engine-${encodeURIComponent(tenant).replaceAll('%', '_').replaceAll('*', '_')}`;
}
