/**
 * The same as `resolve`, for policies that reach many devices: everything is laid into a few bitsets of the arena, and nothing is counted before the
 * end. A set an operation, counted each time, costs many times as much at a million devices.
 */
import { type DeviceSet, emptySet, isEmpty } from '../device-set.js';
import { createBits, KINDS } from './bits.js';
import type { Placed } from './catalogue.js';
import type { Counted, ResolveSources, Result, Sides } from './resolve.js';

interface Settled {
  /** Where the devices lie on which the policy is applied, or removed; undefined: no include asks for it. */
  readonly apply: number | undefined;
  readonly remove: number | undefined;
  /** How many there are of both before platform and applicability rules. Worked out when asked, before `admit`. */
  readonly passed: () => number;
  readonly countReached: (past: boolean) => number;
  readonly filtered: boolean;
  readonly excluding: boolean;
  /** Takes away what platform and applicability rules do not admit. */
  readonly admit: () => void;
}

/** @param eligible devices that platform and applicability rules admit; undefined: all */
export function resolveByWords(sides: Sides, eligible: DeviceSet | undefined, sources: ResolveSources): Result {
  const { arena, live } = sources;
  const { apply, remove, admit } = settle(sides, eligible, sources);
  admit();
  const setOf = (at: number | undefined): DeviceSet => (at === undefined ? emptySet(0) : arena.setOf(at, live.universe));
  return { applied: setOf(apply), removed: setOf(remove) };
}

/** How many devices there are at each stage, without making a set of any. */
export function countByWords(sides: Sides, eligible: DeviceSet | undefined, sources: ResolveSources): Counted {
  const { arena, live } = sources;
  const settled = settle(sides, eligible, sources);
  const passed = settled.passed();
  const survivors = settled.filtered ? settled.countReached(true) : passed;
  const reached = settled.excluding ? settled.countReached(false) : survivors;
  settled.admit();
  const sizeOf = (at: number | undefined) => (at === undefined ? 0 : arena.kernels.size(at, arena.countFor(live.universe)));
  return { reached, survivors, passed, applied: sizeOf(settled.apply), removed: sizeOf(settled.remove) };
}

function settle({ includes, exclusions }: Sides, eligible: DeviceSet | undefined, sources: ResolveSources): Settled {
  const { arena, planes, filtersOn } = sources;
  const { kernels } = arena;
  const { count, lay, matching, barredOn } = createBits(sources);
  const barred = { device: barredOn(exclusions, 'device'), user: barredOn(exclusions, 'user') };
  /** Lays what an include reaches, past the exclusions. */
  const layPlaced = (into: number, { key }: Placed, filterId: string | undefined, past = true) => {
    for (const kind of KINDS) {
      const set = planes[kind](key);
      if (!isEmpty(set)) lay(into, set, past ? barred[kind] : undefined, filterId === undefined ? undefined : matching(filterId));
    }
  };
  const passing = (intent: 'apply' | 'remove'): number | undefined => {
    let passed: number | undefined;
    let decided: number | undefined;
    let refused: number | undefined;
    for (const placed of includes) {
      if (placed.intent !== intent) continue;
      passed ??= arena.scratch();
      const filter = filtersOn ? placed.filter : undefined;
      if (filter?.mode !== 'exclude') layPlaced(passed, placed, filter?.id);
      else {
        decided ??= arena.scratch();
        refused ??= arena.scratch();
        layPlaced(decided, placed, undefined);
        layPlaced(refused, placed, filter.id);
      }
    }
    if (passed !== undefined && decided !== undefined && refused !== undefined) kernels.decide(passed, decided, refused, count);
    return passed;
  };

  const remove = passing('remove');
  const apply = passing('apply');
  if (remove !== undefined && apply !== undefined) kernels.andNot(apply, remove, count);
  const both = [apply, remove].filter((at) => at !== undefined);
  return {
    apply,
    remove,
    passed: () => both.reduce((sum, at) => sum + kernels.size(at, count), 0),
    filtered: filtersOn && includes.some(({ filter }) => filter !== undefined),
    excluding: barred.device !== undefined || barred.user !== undefined,
    countReached: (past) =>
      arena.borrow((all) => {
        for (const placed of includes) layPlaced(all, placed, undefined, past);
        return kernels.size(all, count);
      }),
    admit() {
      if (eligible === undefined || both.length === 0) return;
      const admitted = arena.bitsOf(eligible);
      for (const at of both) kernels.and(at, admitted, count);
    },
  };
}
