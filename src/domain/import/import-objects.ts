/**
 * Many objects at once: the lines of a chunk become one change set. Every line is held to the rules that its create, or its reference, would be
 * held to; what it names must be in the store or on an earlier line. Properties that the service sets are taken as given, and an object whose id
 * exists is replaced, so that a file can be imported again.
 */
import { dateTimeOffset } from '../../kernel/clock.js';
import { GraphError } from '../../kernel/errors.js';
import type { ChangeSet } from '../../storage/change-set.js';
import type { EntityKey, VersionReader } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import type { Claim } from '../directory/claims.js';
import { DEVICES, GROUPS, isDirectorySet, USERS } from '../directory/objects.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { changeSet } from '../write/change.js';
import { type Chunk, openChunk } from './chunk.js';
import type { ImportContext, MayWait } from './import-context.js';
import { type EntityRecord, type ImportLine, type ImportRecord, type LinkRecord, readLine, reasonOf } from './line.js';
import { writeLink } from './links.js';
import { categoryReference, userNameClaim, userOf, writeManagedDevice } from './managed-device.js';
import { writeCategory, writeDevice, writeGroup, writeUser } from './objects.js';

export interface RejectedLine {
  readonly line: number;
  readonly message: string;
}

/** How many lines were taken, by what they are: `user`, `device`, `group`, `managedDevice`, `deviceCategory`, `member`, `owner`, `manager`. */
export type ImportCounts = Readonly<Record<string, number>>;

export interface ImportDecision {
  /** Undefined: nothing to write. */
  readonly changes: ChangeSet | undefined;
  readonly imported: ImportCounts;
  readonly rejected: readonly RejectedLine[];
}

/** Most lines of one chunk. */
export const CHUNK_LINES = 1000;

const NOTHING: ImportCounts = {};

interface Reading {
  readonly line: number;
  readonly record: ImportRecord;
}

/**
 * @param lines at most CHUNK_LINES
 * @param keepGoing leave bad lines out; otherwise the first one is reported alone and nothing changes
 */
export async function importObjects(
  lines: readonly ImportLine[],
  context: DomainContext & { readonly reader: VersionReader },
  keepGoing: boolean,
): Promise<ImportDecision> {
  const rejected: RejectedLine[] = [];
  const readings: Reading[] = [];
  for (const { line, bytes } of lines) {
    try {
      readings.push({ line, record: readLine(bytes, context) });
    } catch (error) {
      rejected.push(rejection(line, error));
      // What comes before it may be wrong too, and is reported first.
      if (!keepGoing) break;
    }
  }
  const once: ImportContext = { ...context, reader: listingOnce(context.reader), at: dateTimeOffset(context.now) };
  const chunk = openChunk(context.reader, context.tenant);
  await load(chunk, readings);
  const imported: Record<string, number> = {};
  for (const { line, record } of readings) {
    try {
      const waits = write(record, chunk, once);
      if (waits !== undefined) await waits;
      imported[record.name] = (imported[record.name] ?? 0) + 1;
    } catch (error) {
      rejected.push(rejection(line, error));
      if (!keepGoing) break;
    }
  }
  rejected.sort((a, b) => a.line - b.line);
  if (!keepGoing && rejected.length > 0) return { changes: undefined, imported: NOTHING, rejected: rejected.slice(0, 1) };
  const operations = chunk.operations();
  return { changes: operations.length === 0 ? undefined : changeSet(context, chunk.expectations(), operations), imported, rejected };
}

function rejection(line: number, error: unknown): RejectedLine {
  if (!(error instanceof GraphError)) throw error;
  return { line, message: reasonOf(error) };
}

type Write = (record: EntityRecord, chunk: Chunk, context: ImportContext) => MayWait;

const WRITES: Readonly<Record<string, Write>> = {
  user: writeUser,
  device: writeDevice,
  group: writeGroup,
  managedDevice: writeManagedDevice,
  deviceCategory: writeCategory,
};

/** Checks first, changes last: a line that is refused leaves the chunk as it was. */
function write(record: ImportRecord, chunk: Chunk, context: ImportContext): MayWait {
  return record.kind === 'link' ? writeLink(record, chunk, context) : WRITES[record.name]?.(record, chunk, context);
}

const at = (set: string, id: string): EntityKey => ({ set, parent: '', id });

/** Everything that lines name, in a few reads however many they are. */
async function load(chunk: Chunk, readings: readonly Reading[]): Promise<void> {
  const named: Named = { looked: [], loaded: [], claims: [] };
  for (const { record } of readings) {
    if (record.kind === 'link') nameEnds(record, named);
    else nameEntity(record, named);
  }
  await chunk.loadClaims(named.claims);
  for (const { record } of readings) {
    if (record.kind !== 'entity' || record.set !== MANAGED_DEVICES) continue;
    const user = userOf(record, chunk);
    if (user !== undefined && user !== '') named.loaded.push(at(USERS, user));
  }
  await chunk.look(named.looked);
  await chunk.load(named.loaded);
}

interface Named {
  /** Whether they are there is all that counts. */
  readonly looked: EntityKey[];
  readonly loaded: EntityKey[];
  readonly claims: Claim[];
}

function nameEnds({ ownerSet, owner, target, targetSet }: LinkRecord, { looked, loaded }: Named): void {
  loaded.push(at(ownerSet, owner));
  for (const set of targetSet === undefined ? DIRECTORY_SETS : [targetSet]) (set === GROUPS ? loaded : looked).push(at(set, target));
}

function nameEntity(record: EntityRecord, { looked, loaded, claims }: Named): void {
  const { set, id, key } = record;
  loaded.push(key);
  if (isDirectorySet(set)) {
    // One space of ids: an id of another kind of object is taken.
    for (const one of DIRECTORY_SETS) if (one !== set) looked.push(at(one, id));
    claims.push(...record.claims);
    return;
  }
  if (set !== MANAGED_DEVICES) return;
  const name = userNameClaim(record);
  if (name !== undefined) claims.push(name);
  const category = categoryReference(record);
  if (category !== undefined) loaded.push(category);
}

const DIRECTORY_SETS = [USERS, DEVICES, GROUPS] as const;

/** A reader whose lists, small ones, are read once for the whole chunk. */
function listingOnce(reader: VersionReader): VersionReader {
  const lists = new Map<string, ReturnType<VersionReader['list']>>();
  return {
    read: (tenant, keys) => reader.read(tenant, keys),
    versions: (tenant, keys) => reader.versions(tenant, keys),
    links: (tenant, query) => reader.links(tenant, query),
    list(tenant, query) {
      let list = lists.get(query.set);
      if (list === undefined) {
        list = reader.list(tenant, query);
        lists.set(query.set, list);
      }
      return list;
    },
  };
}
