/** What a target reaches, as two sets of devices: by the device side and by the user side. Worked out when asked, kept level by marks. */
import type { Table } from '../columns/table.js';
import { type DeviceSet, emptySet, fromWords, intersect, isEmpty, setOf, size, toOrdinals, union, wordCount } from '../device-set.js';
import type { GroupClosure } from '../group-closure.js';
import type { ObjectRows } from '../object-rows.js';
import type { WordArena } from '../words/word-arena.js';
import { type BoundedCache, createBoundedCache } from './bounded-cache.js';
import { type Bridge, NONE } from './bridges.js';
import { ALL_DEVICES, ALL_USERS } from './catalogue.js';
import { bytesOf, corrected, MAX_MARKS } from './kept-set.js';
import type { ReachKind } from './policy.js';

export interface PlaneSources {
  readonly managed: ObjectRows;
  readonly users: ObjectRows;
  readonly devices: ObjectRows;
  readonly closure: GroupClosure;
  readonly groupOrdinal: (id: string) => number | undefined;
  readonly bridges: Readonly<Record<ReachKind, Bridge>>;
  readonly isLicensed: (user: number) => boolean;
  readonly collections: ReadonlyMap<string, ReadonlySet<string>>;
  readonly arena: () => WordArena;
}

/** Sets lie in the arena: what is read stays valid until the next operation begins. */
export interface Planes {
  /** What the target of a key reaches. */
  of(key: string): Plane;
  /** Whether the target of a key reaches one device, without working out what else it reaches. */
  has(key: string, kind: ReachKind, device: number): boolean;
  /** Whether these devices are reached by the key may have changed. @param devices undefined: any */
  mark(key: string, devices: readonly number[] | undefined): void;
  /** Whether the reach of the key is kept, and so must be marked even while no assignment uses the key. */
  keeps(key: string): boolean;
  /** Whether nothing is kept. */
  isEmpty(): boolean;
  /** Nothing is kept any more. */
  forget(): void;
}

export interface Plane {
  readonly device: DeviceSet;
  readonly user: DeviceSet;
}

interface Kept {
  plane: Plane;
  marked: number[];
}

const NOBODY = emptySet(0);

/** @param budget bytes that kept planes may take */
export function createPlanes(sources: PlaneSources, budget: () => number): Planes {
  const { managed, closure, bridges } = sources;
  const table: Table = managed.table;
  const kept: BoundedCache<Kept> = createBoundedCache(budget, ({ plane }) => {
    sources.arena().drop(plane.device);
    sources.arena().drop(plane.user);
  });

  let everybody: Plane | undefined;

  const has = (key: string, kind: ReachKind, device: number): boolean => {
    if (!table.isLive(device)) return false;
    if (key === ALL_DEVICES) return kind === 'device';
    const object = bridges[kind].objectOf(device);
    if (key === ALL_USERS) return kind === 'user' && object !== NONE && sources.isLicensed(object);
    const { prefix, id } = partsOf(key);
    if (prefix === 'c') return kind === 'device' && (sources.collections.get(id)?.has(managed.idOf(device)) ?? false);
    if (object === NONE || (prefix !== 'g' && prefix !== 'both' && prefix !== kind)) return false;
    const group = sources.groupOrdinal(id);
    if (group !== undefined && closure.isTransitiveMember(group, kind, object)) return true;
    return prefix !== 'g' && rowsOf(kind).ordinalOf(id) === object;
  };

  const rowsOf = (kind: ReachKind) => (kind === 'user' ? sources.users : sources.devices);

  const reachedOn = (kind: ReachKind, prefix: string, id: string): DeviceSet => {
    if (prefix !== 'g' && prefix !== 'both' && prefix !== kind) return emptySet(0);
    const group = sources.groupOrdinal(id);
    const members = group === undefined ? emptySet(0) : closure.transitiveMembers(group, kind);
    const reached = imageOf(members, bridges[kind]);
    const own = prefix === 'g' ? undefined : rowsOf(kind).ordinalOf(id);
    return own === undefined ? reached : union(reached, imageOf(setOf([own], own + 1), bridges[kind]));
  };

  const make = (key: string): Plane => {
    if (key === ALL_USERS) return { device: emptySet(0), user: licensedDevices() };
    const { prefix, id } = partsOf(key);
    if (prefix !== 'c') return { device: reachedOn('device', prefix, id), user: reachedOn('user', prefix, id) };
    const ordinals = [...(sources.collections.get(id) ?? [])].flatMap((device) => managed.ordinalOf(device) ?? []);
    return { device: setOf(ordinals, table.rows), user: emptySet(0) };
  };

  const licensedDevices = (): DeviceSet => {
    const words = new Uint32Array(wordCount(table.rows));
    for (let device = 0; device < table.rows; device += 1) {
      const user = bridges.user.objectOf(device);
      if (user !== NONE && sources.isLicensed(user)) words[device >>> 5]! |= 1 << (device & 31);
    }
    return intersect(fromWords(words, table.rows), table.live());
  };

  /** The devices behind users, or behind directory devices. */
  const imageOf = (objects: DeviceSet, bridge: Bridge): DeviceSet => {
    const { rows } = table;
    if (isEmpty(objects)) return emptySet(rows);
    // From here on a bitset costs less than collecting and sorting.
    if (size(objects) * 8192 >= rows) {
      const arena = sources.arena();
      return arena.borrow((at) => {
        bridge.layDevices(objects, arena.kernels.words, at, rows);
        return arena.setOf(at, rows);
      });
    }
    const found: number[] = [];
    for (const object of toOrdinals(objects)) bridge.forEachDevice(object, (device) => found.push(device));
    return setOf(found, rows);
  };

  const keptHere = (plane: Plane): Plane => ({ device: sources.arena().keep(plane.device), user: sources.arena().keep(plane.user) });

  /** Corrects a side; the words that it had are given back. */
  const level = (side: DeviceSet, marked: readonly number[], holds: (device: number) => boolean): DeviceSet => {
    const now = corrected(side, marked, holds);
    if (now === side) return side;
    sources.arena().drop(side);
    return sources.arena().keep(now);
  };

  const planeOf = (key: string): Plane => {
    const known = kept.get(key);
    if (known === undefined) {
      const plane = keptHere(make(key));
      kept.set(key, { plane, marked: [] }, weight(plane));
      return plane;
    }
    if (known.marked.length > 0) {
      const { plane, marked } = known;
      known.plane = {
        device: level(plane.device, marked, (device) => has(key, 'device', device)),
        user: level(plane.user, marked, (device) => has(key, 'user', device)),
      };
      known.marked = [];
    }
    return known.plane;
  };

  return {
    of(key) {
      if (key !== ALL_DEVICES) return planeOf(key);
      if (everybody?.device !== table.live()) everybody = { device: table.live(), user: NOBODY };
      return everybody;
    },
    has,
    mark(key, devices) {
      const known = kept.peek(key);
      if (known === undefined) return;
      if (devices === undefined || known.marked.length + devices.length > MAX_MARKS) kept.delete(key);
      else for (const device of devices) known.marked.push(device);
    },
    keeps: (key) => kept.peek(key) !== undefined,
    isEmpty: () => kept.size() === 0,
    forget: () => kept.clear(),
  };
}

function weight({ device, user }: Plane): number {
  return bytesOf(device) + bytesOf(user);
}

function partsOf(key: string): { readonly prefix: string; readonly id: string } {
  const colon = key.indexOf(':');
  return { prefix: key.slice(0, colon), id: key.slice(colon + 1) };
}
