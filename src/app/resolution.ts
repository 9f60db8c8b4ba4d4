/**
 * The resident engines, one a tenant: filled from the store when somebody first asks, kept level by the change records since. Every question
 * first brings the engine level with what is durable, so a client sees its own writes.
 */
import { type Basis, BasisChanged, type ObjectRef, type Resident } from '../domain/resident.js';
import type { MemberKind } from '../engine/group-closure.js';
import { validateFilterRule } from '../engine/rules/filter/index.js';
import type { Rehearsal } from '../engine/targeting/index.js';
import { type EngineObject, type TenantEngine, TRIMMED_PARTS, type TrimmedPart } from '../engine/tenant-engine.js';
import type { Clock } from '../kernel/clock.js';
import type { Change, Store } from '../storage/store.js';
import { applyChange, KINDS, revertChanges } from './engine-feed.js';
import { fillEngine, inTurns, stateAt } from './engine-fill.js';
import { EVERY_CHANGES, type SnapshotOptions, WORTH_MILLIS, writeSnapshot } from './engine-snapshot.js';
import type { FillThreads } from './fill-thread.js';

export interface Resolution {
  /** The answers for a tenant. */
  resident(tenant: string): Resident;
  /** Forget a tenant, e.g. when it is reset. */
  forget(tenant: string): void;
  /** Write a tenant's snapshot now, if its engine is filled. @returns whether it is on disk */
  save(tenant: string): Promise<boolean>;
  /** Write the snapshots that would spare the next start something; the resolution is not to be asked any more. */
  close(): Promise<void>;
}

export interface ResolutionOptions {
  /** Without, every start reads the whole store. */
  readonly snapshots?: SnapshotOptions;
  /** Without, one thread reads all of it. */
  readonly threads?: FillThreads;
}

const SETS: Readonly<Record<MemberKind, ObjectRef['set']>> = { user: 'users', device: 'devices', group: 'groups' };
/** Commits taken at once when an engine catches up. */
const COMMITS = 1000;

interface Level {
  readonly engine: TenantEngine;
  sequence: number;
  /** Sequence number of the snapshot on disk, as far as is known. */
  saved: number | undefined;
  /** Changes told since then. */
  changes: number;
  /** Whether the next start takes long enough to be spared. */
  worthSaving: boolean;
  /** Parts of the engine that hold memory for growth yet. */
  readonly untrimmed: TrimmedPart[];
}

interface Known {
  readonly level: Promise<Level>;
  /** The work on the engine that is under way, or was last. */
  waiting: Promise<unknown>;
  /** While a snapshot is being written: nobody may touch the engine. */
  saving: boolean;
}

export function createResolution(store: Store, clock: Clock, options: ResolutionOptions = {}): Resolution {
  const { snapshots } = options;
  const tenants = new Map<string, Known>();

  const knownOf = (tenant: string): Known => {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    const level = fillEngine(store, tenant, clock, options).then(({ engine, sequence, saved, millis }): Level => {
      const worthSaving = saved !== undefined || millis >= (snapshots?.worthMillis ?? WORTH_MILLIS);
      return { engine, sequence, saved, changes: 0, worthSaving, untrimmed: saved === undefined ? [...TRIMMED_PARTS] : [] };
    });
    const made: Known = { level, waiting: level, saving: false };
    tenants.set(tenant, made);
    level.then(
      (level) => {
        if (level.saved !== undefined) return;
        // Whoever asked first is answered first.
        setImmediate(() => {
          tidy(made).then(
            () => (level.worthSaving && level.saved === undefined && tenants.get(tenant) === made ? save(tenant) : false),
            // Half trimmed, it is of no use: the next question fills another one.
            () => tenants.get(tenant) === made && tenants.delete(tenant),
          );
        });
      },
      // A failed start is not kept: the next question tries again.
      () => tenants.delete(tenant),
    );
    return made;
  };

  /** Has an engine that is filled give back the memory that it held for growth. Questions wait for a part of that at a time. */
  const tidy = async (known: Known): Promise<void> => {
    const level = await known.level;
    while (level.untrimmed.length > 0) {
      const trimmed = known.waiting.then(async () => {
        // Questions that are level already are answered first.
        await nextTurn();
        await trim(level);
      });
      known.waiting = trimmed;
      await trimmed;
    }
  };

  const levelOf = async (tenant: string): Promise<Level> => {
    for (;;) {
      const known = knownOf(tenant);
      const level = await known.level;
      // One at a time, in order.
      const caught = known.waiting.then(() => catchUp(store, tenant, level));
      known.waiting = caught.catch(() => undefined);
      await caught;
      if (level.worthSaving && level.changes >= (snapshots?.everyChanges ?? EVERY_CHANGES)) void save(tenant);
      if (!known.saving) return level;
    }
  };

  /** Questions wait meanwhile: they change what the engine keeps. */
  const save = async (tenant: string): Promise<boolean> => {
    const known = tenants.get(tenant);
    if (snapshots === undefined || known === undefined) return false;
    const level = await known.level;
    level.changes = 0;
    const written = known.waiting.then(async () => {
      await nextTurn();
      known.saving = true;
      try {
        while (level.untrimmed.length > 0) await trim(level);
        const state = await stateAt(store, tenant, level.sequence);
        if (state === undefined || tenants.get(tenant) !== known) return false;
        await writeSnapshot(snapshots.files, level.engine, state);
        level.saved = level.sequence;
        return true;
      } catch (error) {
        snapshots.log?.(`the snapshot of tenant ${tenant} could not be written: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      } finally {
        known.saving = false;
      }
    });
    known.waiting = written;
    return written;
  };

  /** @returns what `work` makes of an engine whose level nothing that `basis` rests on has come between */
  const onBasis = async <T>(tenant: string, basis: Basis | undefined, work: (engine: TenantEngine) => T): Promise<T> => {
    let seen = basis?.sequence ?? Number.POSITIVE_INFINITY;
    for (;;) {
      const level = await levelOf(tenant);
      if (level.sequence <= seen) return work(level.engine);
      const changes = await store.changesSince(tenant, seen, COMMITS);
      if (changes.some((change) => basis?.restsOn(change))) throw new BasisChanged();
      seen = changes.at(-1)?.sequence ?? level.sequence;
    }
  };

  const residents = new Map<string, Resident>();
  return {
    resident(tenant) {
      const known =
        residents.get(tenant) ??
        answers(
          async () => (await levelOf(tenant)).engine,
          (basis, work) => onBasis(tenant, basis, work),
          () => void tenants.delete(tenant),
        );
      residents.set(tenant, known);
      return known;
    },
    forget: (tenant) => void tenants.delete(tenant),
    save,
    async close() {
      for (const [tenant, known] of [...tenants]) {
        const level = await known.level.catch(() => NOT_WORTH);
        // A snapshot may be under way.
        await known.waiting.catch(() => undefined);
        if (level.worthSaving && level.saved !== level.sequence) await save(tenant);
      }
    },
  };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Nobody may touch the engine meanwhile. */
async function trim({ engine, untrimmed }: Level): Promise<void> {
  const part = untrimmed.shift();
  if (part !== undefined) await inTurns(engine.trimming(part), () => undefined);
}

type OnBasis = <T>(basis: Basis | undefined, work: (engine: TenantEngine) => T) => Promise<T>;

function answers(engine: () => Promise<TenantEngine>, onBasis: OnBasis, forget: () => void): Resident {
  const engineObject = ({ set, id }: ObjectRef): EngineObject => ({ kind: KINDS[set] as MemberKind, id });
  return {
    async dynamicMembers(groupId) {
      const members = (await engine()).dynamicMembers(groupId);
      return members?.map(objectRef).sort(byId);
    },
    transitiveMembers: async (groupId) => (await engine()).transitiveMembers(groupId).map(objectRef).sort(byId),
    groupsOf: async (object, transitive) => [...(await engine()).groupsOf(engineObject(object), transitive)].sort(),
    async devicesMatching(rule, platform) {
      const validated = validateFilterRule(rule.text, platform, 'evaluate');
      return validated.valid ? (await engine()).devicesMatching(validated.ast, platform) : [];
    },
    devicesWhere: async (test, skip, limit) => (await engine()).devicesWhere(test, skip, limit),
    async targeting(ask) {
      const level = await engine();
      level.timePassed();
      return ask(level.targeting);
    },
    rehearse: (steps, basis) =>
      onBasis(basis, (level) => {
        level.timePassed();
        try {
          return rehearse(level, steps);
        } catch (error) {
          // Half of a rehearsal may still stand in it: the next question fills another one.
          forget();
          throw error;
        }
      }),
  };
}

const ORDER: Readonly<Record<string, number>> = { groups: 0, users: 1, devices: 2 };

function byId(a: ObjectRef, b: ObjectRef): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return (ORDER[a.set] ?? 0) - (ORDER[b.set] ?? 0);
}

function objectRef({ kind, id }: EngineObject): ObjectRef {
  return { set: SETS[kind], id };
}

const NOT_WORTH = { worthSaving: false, saved: undefined, sequence: 0 };

async function catchUp(store: Store, tenant: string, level: Level): Promise<void> {
  for (;;) {
    const changes = await store.changesSince(tenant, level.sequence, COMMITS);
    for (const change of changes) applyChange(level.engine, change);
    level.changes += changes.length;
    const last = changes.at(-1);
    if (last === undefined) return;
    level.sequence = last.sequence;
  }
}

function rehearse(engine: TenantEngine, steps: readonly (readonly Change[])[]): Rehearsal {
  const undo = () => {
    for (const changes of [...steps].reverse()) revertChanges(engine, changes);
  };
  return engine.targeting.rehearse(
    steps.map((changes) => () => {
      for (const change of changes) applyChange(engine, change);
    }),
    undo,
  );
}
