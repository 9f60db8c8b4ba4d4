/** What targeting holds of one tenant, and how a change names what it can touch: the policies, and the devices for which. */
import { roomier } from '../columns/hash-index.js';
import { size } from '../device-set.js';
import type { GroupClosure } from '../group-closure.js';
import type { ObjectRows } from '../object-rows.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import { createWordArena, type WordArena } from '../words/word-arena.js';
import { assess, type DeviceQuestions } from './assess.js';
import { createBoundedCache } from './bounded-cache.js';
import { createBridge, createNameIndex } from './bridges.js';
import { createCatalogue, type PolicyState, type Reached } from './catalogue.js';
import { createDependants, type Dependants } from './dependants.js';
import { findingsOf } from './findings.js';
import { bytesOf, corrected, MAX_MARKS } from './kept-set.js';
import { createPlanes } from './planes.js';
import type { Finding, ListedDevice, Outcome } from './policy.js';
import { createDevicePredicates } from './predicates.js';
import { repeatAlike } from './repeats.js';
import { type Counted, countStages, countsOf, NOTHING, type Result, resolve } from './resolve.js';
import { createViews } from './views.js';

/** How sets are combined: what tests and measurements turn. */
export interface SetWays {
  /** The memory for a universe of so many devices. */
  readonly arenaOf?: (universe: number) => WordArena;
  /** A policy is resolved with bitsets where its targets hold more than one in so many of the devices; 0: never. */
  readonly bitsFrom?: number;
  /** A change of assignments is looked at device by device where their targets hold at most one in so many of the devices; 0: always. */
  readonly singlyFrom?: number;
}

/** Laying costs some nanoseconds an ordinal and a pass over the bitsets; merging sorted numbers costs a pass over them for each set. */
const BITS_FROM = 1024;
/** Above this, whole passes over bitsets cost less than looking at each device that a change can touch. */
const SINGLY_FROM = 128;

export interface TargetingSources {
  readonly managed: ObjectRows;
  readonly users: ObjectRows;
  readonly devices: ObjectRows;
  readonly closure: GroupClosure;
  readonly groups: { ordinalOf(id: string): number | undefined; idOf(ordinal: number): string };
}

interface Kept {
  result: Result;
  marked: number[];
}

/** Kept planes and results, bytes: of a fleet of a million, and for each device of a larger one, whose sets are larger. */
const PLANES_BUDGET = 96 * 1024 * 1024;
const RESULTS_BUDGET = 48 * 1024 * 1024;
const MILLION = 1024 * 1024;

export type TargetingState = ReturnType<typeof createTargetingState>;

export function createTargetingState(
  sources: TargetingSources,
  { arenaOf = createWordArena, bitsFrom = BITS_FROM, singlyFrom = SINGLY_FROM }: SetWays = {},
) {
  const { managed, closure, groups } = sources;
  const { table } = managed;
  const budgetOf = (bytes: number) => () => bytes * Math.max(1, table.rows / MILLION);
  const catalogue = createCatalogue();
  const deviceNames = createNameIndex();
  const bridges = { user: createBridge((id) => sources.users.ordinalOf(id)), device: createBridge((name) => deviceNames.ordinalOf(name)) };
  repeatAlike(sources, bridges, deviceNames);
  let arena = arenaOf(0);
  const predicates = createDevicePredicates(table, () => arena);
  /** One a user: 1 for those with an Intune plan. */
  let licensed = new Uint8Array(16);
  const collections = new Map<string, Set<string>>();
  const existingGroups = new Set<string>();
  const results = createBoundedCache<Kept>(budgetOf(RESULTS_BUDGET));
  /** By policy id, until something touches the policy. */
  const counts = new Map<string, Counted>();
  const findings = new Map<string, readonly Finding[]>();
  const settings = { filtersOn: true };
  const isLicensedNow = (user: number) => licensed[user] === 1;
  const licence = (user: number, holds: boolean) => {
    if (user >= licensed.length) {
      const wider = new Uint8Array(Math.max(user + 1, roomier(licensed.length)));
      wider.set(licensed);
      licensed = wider;
    }
    licensed[user] = holds ? 1 : 0;
  };
  const planes = createPlanes(
    {
      ...sources,
      groupOrdinal: (id) => groups.ordinalOf(id),
      bridges,
      isLicensed: isLicensedNow,
      collections,
      arena: () => arena,
    },
    budgetOf(PLANES_BUDGET),
  );
  const dependants = createDependants({ catalogue, planes, closure, groups });
  const { policiesUsing } = dependants;

  /** The arena at the beginning of an operation, wide enough for every device. */
  const arenaNow = (): WordArena => {
    if (table.rows > arena.universe) {
      arena = arenaOf(table.rows + (table.rows >>> 3));
      planes.forget();
      predicates.move();
    }
    arena.begin();
    return arena;
  };

  const resolveSources = () => ({
    planes,
    predicates,
    filtersOn: settings.filtersOn,
    live: table.live(),
    arena: arenaNow(),
    bitsFrom,
    singlyFrom,
    groupExists: (id: string) => existingGroups.has(id),
  });

  const questions: (device: number) => DeviceQuestions = (device) => ({
    matches: (filterId) => predicates.filter(filterId)?.holds(device) ?? false,
    filtersOn: settings.filtersOn,
  });

  const reachedBy = (state: PolicyState, device: number): readonly Reached[] => {
    const reached: Reached[] = [];
    for (const placed of state.assignments.values()) {
      for (const kind of ['device', 'user'] as const) if (planes.has(placed.key, kind, device)) reached.push({ placed, kind });
    }
    return reached;
  };

  const outcomeAt = (state: PolicyState, device: number): Outcome => {
    if (!table.isLive(device)) return 'notTargeted';
    return assess(reachedBy(state, device), questions(device), isEligible(state, device)).outcome;
  };

  const isEligible =
    ({ policy }: PolicyState, device: number) =>
    () => {
      const eligible = policy === undefined ? undefined : predicates.eligible(policy);
      return policy !== undefined && (eligible === undefined || eligible.holds(device));
    };

  const resultOf = (id: string): Result => {
    const state = catalogue.policies.get(id);
    if (state?.policy === undefined) return NOTHING;
    const kept = results.get(id);
    if (kept === undefined) {
      const result = resolve(state, resolveSources());
      keep(id, result);
      return result;
    }
    if (kept.marked.length > 0) {
      const now = new Map(kept.marked.map((device) => [device, outcomeAt(state, device)]));
      const { applied, removed } = kept.result;
      kept.result = {
        applied: corrected(applied, kept.marked, (device) => now.get(device) === 'applied'),
        removed: corrected(removed, kept.marked, (device) => now.get(device) === 'removed'),
      };
      kept.marked = [];
    }
    return kept.result;
  };

  const countsOfPolicy = (id: string): Readonly<Record<Outcome, number>> | undefined => {
    const state = catalogue.policies.get(id);
    if (state?.policy === undefined) return undefined;
    const counted = counts.get(id) ?? countStages(state, resolveSources());
    counts.set(id, counted);
    return countsOf(counted, size(table.live()));
  };

  const keep = (id: string, result: Result) => results.set(id, { result, marked: [] }, bytesOf(result.applied) + bytesOf(result.removed));

  const findingsOfPolicy = (state: PolicyState): readonly Finding[] => {
    const found = findings.get(state.id) ?? findingsOf(state, resolveSources());
    findings.set(state.id, found);
    return found;
  };

  const views = createViews({
    catalogue,
    resolveSources,
    findingsOf: findingsOfPolicy,
    keeps: (id) => results.peek(id) !== undefined,
    resultOf,
    keep,
    drop: (id) => results.delete(id),
    keepFindings: (id, found) => findings.set(id, found),
    arena: () => arena,
  });
  const { rehearsal, look, note } = views;

  const forgetAnswers = (id: string) => {
    counts.delete(id);
    findings.delete(id);
  };

  /** @param devices undefined: any */
  const markResult = (id: string, devices: readonly number[] | undefined) => {
    forgetAnswers(id);
    const kept = results.peek(id);
    if (kept === undefined) return;
    if (devices === undefined || kept.marked.length + devices.length > MAX_MARKS) results.delete(id);
    else for (const device of devices) kept.marked.push(device);
  };

  /** What these targets reach changes for these devices. */
  const touchKeys = (keys: Iterable<string>, devices: readonly number[] | undefined) => {
    const touched = [...keys];
    touch({ keys: touched, policies: policiesUsing(touched) }, devices);
  };

  const touch = ({ keys, policies }: Dependants, devices: readonly number[] | undefined) => {
    look(policies, devices === undefined);
    for (const key of keys) planes.mark(key, devices);
    for (const id of policies) markResult(id, devices);
  };

  const forget = (id: string) => {
    results.delete(id);
    forgetAnswers(id);
  };

  const touchPolicies = (ids: Iterable<string>) => {
    const touched = [...new Set(ids)];
    look(touched, true);
    for (const id of touched) forget(id);
  };

  /** Assignments of the policy are about to change, and nothing else. */
  const touchAssignments = (id: string) => {
    if (rehearsal.journals.length > 0) note(id, 'open');
    forget(id);
  };

  const describe = (device: number): ListedDevice => ({
    id: managed.idOf(device),
    deviceName: table.textColumn('deviceName')?.text(device) ?? null,
    userPrincipalName: table.textColumn('userPrincipalName')?.text(device) ?? null,
  });

  return {
    ...sources,
    ...dependants,
    ...views,
    table,
    catalogue,
    bridges,
    deviceNames,
    predicates,
    planes,
    collections,
    existingGroups,
    settings,
    isLicensedNow,
    licence,
    resolveSources,
    questions,
    reachedBy,
    isEligible,
    resultOf,
    countsOfPolicy,
    arenaNow,
    findingsOfPolicy,
    markResult,
    touch,
    touchKeys,
    touchPolicies,
    touchAssignments,
    /** Gives back memory held for growth, after many objects came. */
    trim() {
      bridges.user.trim();
      bridges.device.trim();
      deviceNames.trim();
    },
    /** What is known of devices, users and groups; policies, assignments and filters are not written. */
    save(out: SnapshotWriter) {
      bridges.user.save(out.within('user'));
      bridges.device.save(out.within('device'));
      deviceNames.save(out.within('names'));
      out.uint8('licensed', licensed);
      out.json(
        'collections',
        [...collections].map(([id, members]) => [id, [...members]]),
      );
      out.json('groups', [...existingGroups]);
    },
    /** Into a state that was never told of anything. */
    load(from: SnapshotReader) {
      bridges.user.load(from.within('user'));
      bridges.device.load(from.within('device'));
      deviceNames.load(from.within('names'));
      licensed = from.uint8('licensed');
      for (const [id, members] of from.json('collections') as readonly (readonly [string, readonly string[]])[]) {
        collections.set(id, new Set(members));
      }
      for (const id of from.json('groups') as readonly string[]) existingGroups.add(id);
    },
    describe,
  };
}
