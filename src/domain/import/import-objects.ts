/**
 * Many objects at once: the lines of a chunk become one change set. Every line is held to the rules that its create, or its reference, would be
 * held to; what it names must be in the store or on an earlier line. Properties that the service sets are taken as given, and an object whose id
 * exists is replaced, so that a file can be imported again.
 */
import { dateTimeOffset } from '../../kernel/clock.js';
import { GraphError } from '../../kernel/errors.js';
import type { ChangeSet } from '../../storage/change-set.js';
import type { EntityKey, VersionReader } from '../../storage/store.js';
import { ASSIGNMENT_FILTERS, ASSIGNMENTS } from '../assignments/records.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import { OMA_SECRETS } from '../configurations/oma-settings.js';
import type { DomainContext } from '../context.js';
import type { Claim } from '../directory/claims.js';
import { DEVICES, GROUPS, isDirectorySet, USERS } from '../directory/objects.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { POLICY_SET_ASSIGNMENTS, POLICY_SET_ITEMS, POLICY_SETS } from '../policy-sets/records.js';
import { ROLE_SCOPE_TAGS } from '../roles/rights.js';
import { AUTO_ASSIGNMENTS } from '../scope-tags/auto-assignments.js';
import { changeSet } from '../write/change.js';
import { type Chunk, openChunk } from './chunk.js';
import { writeConfiguration } from './configuration.js';
import { namedFilters, rawAssignments } from './configuration-assignments.js';
import { referredKeys } from './configuration-references.js';
import { FILTER_COUNTER, writeFilter } from './filter.js';
import type { ImportContext, MayWait } from './import-context.js';
import { writeKept } from './kept.js';
import { readLine } from './line.js';
import { isLost, writeLink } from './links.js';
import { categoryReference, userNameClaim, userOf, writeManagedDevice } from './managed-device.js';
import { writeCategory, writeDevice, writeGroup, writeUser } from './objects.js';
import { itemKeys, writePolicySet } from './policy-set.js';
import { reasonOf } from './reason.js';
import type { EntityRecord, ImportLine, ImportRecord, LinkRecord } from './record.js';
import { writeScopeTag } from './scope-tag.js';

export interface RejectedLine {
  readonly line: number;
  readonly message: string;
}

/** How many lines were taken, by what they are: `user`, `deviceConfiguration`, `member`, `kept` and so on. */
export type ImportCounts = Readonly<Record<string, number>>;

export interface ImportDecision {
  /** Undefined: nothing to write. */
  readonly changes: ChangeSet | undefined;
  readonly imported: ImportCounts;
  readonly rejected: readonly RejectedLine[];
  /** What was left out of lines that were taken: how often, by `type.property`. */
  readonly leftOut: ImportCounts;
}

/** Most lines of one chunk. */
export const CHUNK_LINES = 1000;

const NOTHING: ImportCounts = {};

interface Reading {
  readonly line: number;
  readonly record: ImportRecord;
}

export interface ImportMode {
  /** Leave bad lines out; otherwise the first one is reported alone and nothing changes. */
  readonly keepGoing: boolean;
  readonly lenient: boolean;
}

/** @param lines at most CHUNK_LINES */
export async function importObjects(
  lines: readonly ImportLine[],
  context: DomainContext & { readonly reader: VersionReader },
  { keepGoing, lenient }: ImportMode,
): Promise<ImportDecision> {
  const reading = { beta: context.beta, lenient };
  const rejected: RejectedLine[] = [];
  const readings: Reading[] = [];
  for (const { line, bytes } of lines) {
    try {
      readings.push({ line, record: readLine(bytes, reading) });
    } catch (error) {
      rejected.push(rejection(line, error));
      // What comes before it may be wrong too, and is reported first.
      if (!keepGoing) break;
    }
  }
  const once: ImportContext = { ...context, reader: listingOnce(context.reader), at: dateTimeOffset(context.now), lenient };
  const chunk = openChunk(context.reader, context.tenant);
  await load(chunk, readings);
  const imported: Record<string, number> = {};
  const leftOut: Record<string, number> = {};
  for (const { line, record } of readings) {
    try {
      if (lenient && record.kind === 'link' && isLost(record, chunk)) {
        count(leftOut, `${record.name}.missing`);
        continue;
      }
      const waits = write(record, chunk, once);
      if (waits !== undefined) await waits;
      count(imported, record.name);
      if (record.kind === 'entity') for (const path of record.leftOut) count(leftOut, `${record.payload.type.name}.${path}`);
    } catch (error) {
      rejected.push(rejection(line, error));
      if (!keepGoing) break;
    }
  }
  rejected.sort((a, b) => a.line - b.line);
  if (!keepGoing && rejected.length > 0) return { changes: undefined, imported: NOTHING, rejected: rejected.slice(0, 1), leftOut: NOTHING };
  const operations = chunk.operations();
  const changes = operations.length === 0 ? undefined : changeSet(context, chunk.expectations(), operations);
  return { changes, imported, rejected, leftOut };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
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
  roleScopeTag: writeScopeTag,
  deviceAndAppManagementAssignmentFilter: writeFilter,
  deviceConfiguration: writeConfiguration,
  policySet: writePolicySet,
};

/** Checks first, changes last: a line that is refused leaves the chunk as it was. */
function write(record: ImportRecord, chunk: Chunk, context: ImportContext): MayWait {
  if (record.kind === 'link') return writeLink(record, chunk, context);
  return record.kind === 'kept' ? writeKept(record, chunk) : WRITES[record.name]?.(record, chunk, context);
}

const at = (set: string, id: string): EntityKey => ({ set, parent: '', id });

/** Everything that lines name, in a few reads however many they are. */
async function load(chunk: Chunk, readings: readonly Reading[]): Promise<void> {
  const named: Named = { looked: [], loaded: [], claims: [] };
  for (const { record } of readings) {
    if (record.kind === 'link') nameEnds(record, named);
    else if (record.kind === 'kept') named.loaded.push(record.key);
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
  await loadBelow(chunk, readings);
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
  if (set === CONFIGURATIONS) loaded.push(...referredKeys(record), ...namedFilters(rawAssignments(record) ?? []));
  else if (set === ASSIGNMENT_FILTERS) loaded.push(FILTER_COUNTER);
  else if (set === POLICY_SETS) loaded.push(...itemKeys(record));
  if (set !== MANAGED_DEVICES) return;
  const name = userNameClaim(record);
  if (name !== undefined) claims.push(name);
  const category = categoryReference(record);
  if (category !== undefined) loaded.push(category);
}

/** What lies below the entities that lines replace, or change along with their own. */
async function loadBelow(chunk: Chunk, readings: readonly Reading[]): Promise<void> {
  const parents = new Map<string, Set<string>>();
  const want = (set: string, key: EntityKey) => {
    if (!chunk.wasStored(key)) return;
    const ids = parents.get(set);
    if (ids === undefined) parents.set(set, new Set([key.id]));
    else ids.add(key.id);
  };
  for (const { record } of readings) {
    if (record.kind !== 'entity') continue;
    const { set, key } = record;
    if (set === CONFIGURATIONS) for (const below of [ASSIGNMENTS, OMA_SECRETS]) want(below, key);
    else if (set === ROLE_SCOPE_TAGS) want(AUTO_ASSIGNMENTS, key);
    else if (set === POLICY_SETS) {
      for (const below of [POLICY_SET_ITEMS, POLICY_SET_ASSIGNMENTS]) want(below, key);
      for (const item of itemKeys(record)) want(ASSIGNMENTS, item);
    }
  }
  for (const [set, ids] of parents) await chunk.loadChildren(set, [...ids]);
}

const DIRECTORY_SETS = [USERS, DEVICES, GROUPS] as const;

/** A reader whose lists, small ones, are read once for the whole chunk. */
function listingOnce(reader: VersionReader): VersionReader {
  const lists = new Map<string, ReturnType<VersionReader['list']>>();
  return {
    read: (tenant, keys) => reader.read(tenant, keys),
    readTexts: (tenant, keys) => reader.readTexts(tenant, keys),
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
