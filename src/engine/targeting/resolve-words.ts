/**
 * The same as `resolve`, for policies that reach many devices: everything is laid into a few bitsets of the arena, and nothing is counted before the
 * end. A set an operation, counted each time, costs many times as much at a million devices.
 */
import { type DeviceSet, emptySet, isEmpty } from '../device-set.js';
import { createBits } from './bits.js';
import type { Placed } from './catalogue.js';
import { SIDES } from './outcome-flags.js';
import type { Counted, Laid, ResolveSources, Result, Sides } from './resolve.js';

/** Where the devices lie on which the policy is applied, or removed; undefined: no include asks for it. */
interface Settled {
  readonly apply: number | undefined;
  readonly remove: number | undefined;
}

/** @param eligible devices that platform and applicability rules admit; undefined: all */
export function resolveByWords(sides: Sides, eligible: DeviceSet | undefined, sources: ResolveSources): Result {
  const { arena, live } = sources;
  const settled = settle(sides, sources);
  admit(settled, eligible, sources);
  const setOf = (at: number | undefined): DeviceSet => (at === undefined ? emptySet(0) : arena.setOf(at, live.universe));
  return { applied: setOf(settled.apply), removed: setOf(settled.remove) };
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
  admit(settle(sides, sources, { apply, remove }), eligible, sources);
  return { applied: lent(apply), removed: lent(remove) };
}

const INTENTS = ['apply', 'remove'] as const;
/** In place of a bitset that no include asks for. */
const NOT_ASKED = -1;

/** How many devices there are at each stage, without making a set of any. */
export function countByWords(sides: Sides, eligible: DeviceSet | undefined, sources: ResolveSources): Counted {
  const { arena, live } = sources;
  const { kernels } = arena;
  const count = arena.countFor(live.universe);
  const { reached, survivors, at } = survive(sides, sources);
  const [first] = sides.includes;
  const alike = sides.includes.every(({ placed }) => placed.intent === first?.placed.intent && filterOf(placed, sources) === undefined);
  // What survives is what passes where nothing tells the includes apart.
  const { apply, remove } = alike ? onlyBy(first?.placed.intent, at) : settle(sides, sources);
  // Asked for last: many others may have been asked for until now.
  const admitted = eligible === undefined ? undefined : arena.bitsOf(eligible);
  const sizesOf = (bits: number | undefined) => {
    if (bits === undefined) return { passed: 0, ended: 0 };
    const passed = kernels.size(bits, count);
    return { passed, ended: admitted === undefined ? passed : kernels.sizeOfBoth(bits, admitted, count) };
  };
  const [applied, removed] = [sizesOf(apply), sizesOf(remove)];
  return { reached, survivors, passed: applied.passed + removed.passed, applied: applied.ended, removed: removed.ended };
}

function onlyBy(intent: 'apply' | 'remove' | undefined, at: number): Settled {
  return { apply: intent === 'apply' ? at : undefined, remove: intent === 'remove' ? at : undefined };
}

function filterOf({ filter }: Placed, { filtersOn }: ResolveSources): Placed['filter'] {
  return filtersOn ? filter : undefined;
}

/** Devices that includes reach: how many there are, how many of them by a side on which no exclusion holds them, and where those lie. */
function survive({ includes, exclusions }: Sides, sources: ResolveSources): { reached: number; survivors: number; at: number } {
  const { arena } = sources;
  const { kernels } = arena;
  const { count, lay, barredOn } = createBits(sources);
  const barred = { device: barredOn(exclusions, 'device'), user: barredOn(exclusions, 'user') };
  const devices = arena.scratch();
  const excluding = barred.device !== undefined || barred.user !== undefined;
  const users = excluding ? arena.scratch() : devices;
  for (const { device, user } of includes) {
    if (!isEmpty(device)) lay(devices, device);
    if (!isEmpty(user)) lay(users, user);
  }
  if (!excluding) {
    const reached = kernels.size(devices, count);
    return { reached, survivors: reached, at: devices };
  }
  const reached = kernels.size(devices, count) + kernels.sizeOfRest(users, devices, count);
  if (barred.device !== undefined) kernels.andNot(devices, barred.device, count);
  if (barred.user === undefined) kernels.or(devices, users, count);
  else kernels.orPast(devices, users, barred.user, count);
  return { reached, survivors: kernels.size(devices, count), at: devices };
}

/** Where the devices come to lie for each intent. @param into cleared bitsets; by default scratch */
function settle({ includes, exclusions }: Sides, sources: ResolveSources, into?: Readonly<Record<'apply' | 'remove', number>>): Settled {
  const { arena } = sources;
  const { kernels } = arena;
  const { count, lay, matching, barredOn } = createBits(sources);
  const barred = { device: barredOn(exclusions, 'device'), user: barredOn(exclusions, 'user') };
  /** Lays what an include reaches, past the exclusions. */
  const layReached = (to: number, laid: Laid, filterId: string | undefined) => {
    for (const kind of SIDES) {
      const set = laid[kind];
      if (!isEmpty(set)) lay(to, set, barred[kind], filterId === undefined ? undefined : matching(filterId));
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
      const filter = filterOf(placed, sources);
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
  return { apply, remove };
}

/** Takes away what platform and applicability rules do not admit. */
function admit({ apply, remove }: Settled, eligible: DeviceSet | undefined, { arena, live }: ResolveSources): void {
  if (eligible === undefined) return;
  const admitted = arena.bitsOf(eligible);
  for (const at of [apply, remove]) if (at !== undefined) arena.kernels.and(at, admitted, arena.countFor(live.universe));
}
