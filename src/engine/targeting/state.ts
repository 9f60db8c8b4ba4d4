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
import { createCatalogue, groupKey, objectKey, type Placed, type PolicyState, type Reached } from './catalogue.js';
import { findingsOf } from './findings.js';
import type { Standing } from './impact.js';
import { bytesOf, corrected, MAX_MARKS } from './kept-set.js';
import { createPlanes } from './planes.js';
import type { Finding, ListedDevice, Outcome, Policy, ReachKind } from './policy.js';
import { createDevicePredicates } from './predicates.js';
import { repeatAlike } from './repeats.js';
import { type Counted, countStages, countsOf, NOTHING, type Result, resolve, resolveForNow } from './resolve.js';

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

/** What a change of a target's reach can touch. */
export interface Dependants {
  readonly keys: readonly string[];
  /** Ids. */
  readonly policies: ReadonlySet<string>;
}

/** A policy as it stands at one moment. */
export interface PolicyView extends Standing {
  readonly policy: Policy | undefined;
  /** Undefined until it is needed. */
  result: Result | undefined;
  /** Whether the result is kept among the others; otherwise its sets may lie in the arena for so long as somebody looks. */
  readonly kept: boolean;
  /** Whether nothing has changed since but assignments: the result can still be worked out. */
  open: boolean;
}

/** Where a rehearsal notes how policies stood before they were touched. */
export interface RehearsalState {
  journals: readonly Map<string, PolicyView>[];
  /** Those noted that are open. */
  open: PolicyView[];
  /** By group id, how many policies depend on a group whose members changed. */
  changedGroups: readonly Map<string, number>[];
  /** By device whose user has changed, the id of the one it had at first; '' for none. */
  formerUsers: readonly Map<number, string>[];
  running: boolean;
  /** Whether findings are wanted. */
  findings: boolean;
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
  /** Of each group the targets that matter whose reach includes the group's, and the policies that use them. */
  const dependants = new Map<number, Dependants>();
  /** Of each group the assignments that reach its members by either side. */
  const assigned = { user: new Map<number, readonly Placed[]>(), device: new Map<number, readonly Placed[]>() };
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
  const rehearsal: RehearsalState = { journals: [], open: [], changedGroups: [], formerUsers: [], running: false, findings: true };

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
    live: table.live,
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
    return countsOf(counted, size(table.live));
  };

  const keep = (id: string, result: Result) => results.set(id, { result, marked: [] }, bytesOf(result.applied) + bytesOf(result.removed));

  /**
   * @param keeping `yes`: the result is kept for who asks next; `no`: one that is not kept yet is let go of by `leave`; `open`: it is not worked out before
   * somebody needs it
   */
  const viewOf = (id: string, keeping: 'yes' | 'no' | 'open'): PolicyView => {
    const state = catalogue.policies.get(id);
    if (state === undefined) return { policy: undefined, result: NOTHING, placed: [], findings: [], kept: false, open: false };
    const kept = keeping === 'yes' || results.peek(id) !== undefined;
    const { policy } = state;
    return {
      policy,
      kept,
      open: keeping === 'open',
      result: kept ? resultOf(id) : keeping === 'open' ? undefined : resolveForNow(state, resolveSources()),
      placed: [...state.assignments.values()],
      findings: rehearsal.findings ? findingsOfPolicy(state) : undefined,
    };
  };

  /** The result of a view that is open, or was settled in time. */
  const resultIn = (view: PolicyView): Result => {
    view.result ??= resolveForNow({ policy: view.policy, assignments: new Set(view.placed) }, resolveSources());
    return view.result;
  };

  /** Something else than an assignment is about to change: what open views will be asked is worked out while it can be. */
  const settle = () => {
    for (const view of rehearsal.open) {
      resultIn(view);
      view.open = false;
    }
    rehearsal.open = [];
  };

  const findingsOfPolicy = (state: PolicyState): readonly Finding[] => {
    const found = findings.get(state.id) ?? findingsOf(state, resolveSources());
    findings.set(state.id, found);
    return found;
  };

  /** Nobody looks at the view any more. */
  const leave = ({ kept, result }: PolicyView) => {
    if (kept || result === undefined) return;
    arena.drop(result.applied);
    arena.drop(result.removed);
  };

  /** The policy stands again as it stood when it was looked at. */
  const restore = (id: string, view: PolicyView) => {
    if (view.kept && view.result !== undefined) keep(id, view.result);
    else results.delete(id);
    leave(view);
    if (view.findings !== undefined && catalogue.policies.has(id)) findings.set(id, view.findings);
  };

  /**
   * Before these policies change: rehearsals want to know how they stood.
   * @param whole whether anything may change, so that a kept result would be worked out again from nothing
   */
  const look = (ids: Iterable<string>, whole = false) => {
    if (rehearsal.journals.length === 0) return;
    settle();
    for (const id of ids) note(id, whole ? 'no' : 'yes');
  };

  const note = (id: string, keeping: 'yes' | 'no' | 'open') => {
    const missing = rehearsal.journals.filter((journal) => !journal.has(id));
    if (missing.length === 0) return;
    const view = viewOf(id, keeping);
    if (view.open) rehearsal.open.push(view);
    for (const journal of missing) journal.set(id, view);
  };

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

  const policiesUsing = (keys: Iterable<string>): ReadonlySet<string> => {
    const policies = new Set<string>();
    for (const key of keys) for (const { state } of catalogue.targeting(key)) policies.add(state.id);
    return policies;
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

  /** Whether an assignment uses the key, or used it and may again: its reach is kept. */
  const matters = (key: string) => catalogue.usesKey(key) || planes.keeps(key);

  const keysOfGroup = (id: string): readonly string[] =>
    [groupKey(id), objectKey('both', id), objectKey('user', id), objectKey('device', id)].filter(matters);

  const assignedTo = (group: number, kind: ReachKind): readonly Placed[] => {
    const known = assigned[kind].get(group);
    if (known !== undefined) return known;
    const id = groups.idOf(group);
    const keys = catalogue.namesObjects ? [groupKey(id), objectKey('both', id), objectKey(kind, id)] : [groupKey(id)];
    const found = keys.flatMap((key) => catalogue.targeting(key));
    assigned[kind].set(group, found);
    return found;
  };

  const dependantsOf = (group: number): Dependants => {
    const known = dependants.get(group);
    if (known !== undefined) return known;
    const keys = keysOfGroup(groups.idOf(group)).slice();
    for (const parent of closure.waysUp('group', group).keys()) keys.push(...keysOfGroup(groups.idOf(parent)));
    const found = { keys, policies: policiesUsing(keys) };
    dependants.set(group, found);
    return found;
  };

  const describe = (device: number): ListedDevice => ({
    id: managed.idOf(device),
    deviceName: table.textColumn('deviceName')?.text(device) ?? null,
    userPrincipalName: table.textColumn('userPrincipalName')?.text(device) ?? null,
  });

  return {
    ...sources,
    table,
    catalogue,
    bridges,
    deviceNames,
    predicates,
    planes,
    collections,
    existingGroups,
    settings,
    rehearsal,
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
    restore,
    leave,
    viewOf,
    resultIn,
    settle,
    look,
    markResult,
    touch,
    touchKeys,
    touchPolicies,
    touchAssignments,
    matters,
    keysOfGroup,
    assignedTo,
    dependantsOf,
    /** Policies, or the nesting of groups, are not what they were. */
    forgetDependants() {
      dependants.clear();
      assigned.user.clear();
      assigned.device.clear();
    },
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
