/**
 * The same as `resolve`, for policies that reach many devices: everything is laid into a few bitsets of the arena, and nothing is counted before the
 * end. A set an operation, counted each time, costs many times as much at a million devices.
 */
import { type DeviceSet, emptySet, isEmpty } from '../device-set.js';
import { createBits, KINDS } from './bits.js';
import type { Counted, Laid, ResolveSources, Result, Sides } from './resolve.js';

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

/**
 * The same, the sets lying in the arena until they are dropped there: nothing is copied, and few ordinals lie as bits too.
 * @returns undefined where the arena has no room
 */
export function lendByWords(sides: Sides, eligible: DeviceSet | undefined, sources: ResolveSources): Result | undefined {
  const { arena, live } = sources;
  const [apply, remove] = INTENTS.map((intent) =>
    sides.includes.some(({ placed }) => placed.intent === intent) ? arena.take() : NOT_ASKED,
  );
  const lent = (at: number | undefined): DeviceSet =>
    at === undefined || at === NOT_ASKED ? emptySet(0) : arena.viewOf(at, live.universe);
  if (apply === undefined || remove === undefined) {
    for (const at of [apply, remove]) arena.drop(lent(at));
    return undefined;
  }
  settle(sides, eligible, sources, { apply, remove }).admit();
  return { applied: lent(apply), removed: lent(remove) };
}

const INTENTS = ['apply', 'remove'] as const;
/** In place of a bitset that no include asks for. */
const NOT_ASKED = -1;

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

/** @param into cleared bitsets for the devices of each intent; by default scratch */
function settle(
  { includes, exclusions }: Sides,
  eligible: DeviceSet | undefined,
  sources: ResolveSources,
  into?: Readonly<Record<'apply' | 'remove', number>>,
): Settled {
  const { arena, filtersOn } = sources;
  const { kernels } = arena;
  const { count, lay, matching, barredOn } = createBits(sources);
  const barred = { device: barredOn(exclusions, 'device'), user: barredOn(exclusions, 'user') };
  /** Lays what an include reaches, past the exclusions. */
  const layReached = (to: number, laid: Laid, filterId: string | undefined, past = true) => {
    for (const kind of KINDS) {
      const set = laid[kind];
      if (!isEmpty(set)) lay(to, set, past ? barred[kind] : undefined, filterId === undefined ? undefined : matching(filterId));
    }
  };
  const passing = (intent: 'apply' | 'remove'): number | undefined => {
    let passed: number | undefined;
    let decided: number | undefined;
    let refused: number | undefined;
    for (const laid of includes) {
      const { placed } = laid;
      if (placed.intent !== intent) continue;
      passed ??= into?.[intent] ?? arena.scratch();
      const filter = filtersOn ? placed.filter : undefined;
      if (filter?.mode !== 'exclude') layReached(passed, laid, filter?.id);
      else {
        decided ??= arena.scratch();
        refused ??= arena.scratch();
        layReached(decided, laid, undefined);
        layReached(refused, laid, filter.id);
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
    filtered: filtersOn && includes.some(({ placed }) => placed.filter !== undefined),
    excluding: barred.device !== undefined || barred.user !== undefined,
    countReached: (past) =>
      arena.borrow((all) => {
        for (const laid of includes) layReached(all, laid, undefined, past);
        return kernels.size(all, count);
      }),
    admit() {
      if (eligible === undefined || both.length === 0) return;
      const admitted = arena.bitsOf(eligible);
      for (const at of both) kernels.and(at, admitted, count);
    },
  };
}
