/** How an enrolled device is tied to the directory: to its directory device and to its primary user. */

import type { GuidSource } from '../columns/guid-texts.js';
import { grown, roomier } from '../columns/hash-index.js';
import type { RowWatcher } from '../columns/text-source.js';
import { countBits, type DeviceSet, toOrdinals } from '../device-set.js';
import { createIdIndex } from '../id-index.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';

/** Nobody. */
export const NONE = -1;

/**
 * One kind of tie. Many devices may have one object; the object may come after the device that names it. Names are the values that devices carry:
 * a user's id, a directory device's `deviceId`.
 */
export interface Bridge {
  /** Ordinal of the device's object; NONE while it has none or the object is unknown. */
  objectOf(device: number): number;
  /** The ordinal that a name stands for now; NONE where no object that has arrived has it. */
  objectNamed(name: string): number;
  hasArrived(object: number): boolean;
  forEachDevice(object: number, visit: (device: number) => void): void;
  /** The first of an object's devices, which is the one tied last; NONE where it has none. */
  deviceOf(object: number): number;
  /** Told of every change of a device's object, but for loading. */
  watchDevices(watcher: RowWatcher): void;
  /** Told of every change of an object's devices, but for loading. */
  watchObjects(watcher: RowWatcher): void;
  /** Sets the bits of the devices behind objects, in words from `at` on. @param rows devices that there are */
  layDevices(objects: DeviceSet, words: Uint32Array, at: number, rows: number): void;
  /** How many objects stand behind devices. */
  countObjects(devices: DeviceSet): number;
  /** Devices that carry a name that no object has. */
  waitingFor(name: string): readonly number[];
  /** What the device names from now on, '' for nothing. */
  tie(device: number, name: string): void;
  /** The object of this name is there; devices that wait for it are tied. */
  arrive(object: number, name: string): void;
  /** Whether some device waits. */
  isAwaited(): boolean;
  /** `arrive` where no device waits, whatever the object's name. */
  arriveUnawaited(object: number): void;
  /** `tie` of a device that has no object and waits for none, to an object that has arrived. */
  tieTo(device: number, object: number): void;
  /** The object has this name no more; its devices wait for the name again. */
  leave(object: number, name: string): void;
  /** Gives back memory held for growth, after many devices came. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Into a bridge that never tied a device. */
  load(from: SnapshotReader): void;
}

/** @param objectNamed the ordinal that a name stands for, arrived or not */
export function createBridge(ordinalNamed: (name: string) => number | undefined): Bridge {
  const waiting = new Map<string, Set<number>>();
  const nameWaited = new Map<number, string>();
  /** Of each device its object's ordinal and one; of each object its first device and one; of each device the next one of its object and one. */
  let objects = new Uint32Array(16);
  let heads = new Uint32Array(16);
  let nexts = new Uint32Array(16);
  let arrived = new Uint8Array(16);
  let devicesWatcher: RowWatcher | undefined;
  let objectsWatcher: RowWatcher | undefined;

  const hasArrived = (object: number) => (arrived[object] ?? 0) === 1;

  const objectNamed = (name: string): number => {
    const object = name === '' ? undefined : ordinalNamed(name);
    return object !== undefined && hasArrived(object) ? object : NONE;
  };

  const attach = (device: number, object: number) => {
    if (device >= objects.length) {
      objects = grown(objects, Math.max(device + 1, roomier(objects.length)));
      nexts = grown(nexts, objects.length);
    }
    if (object >= heads.length) heads = grown(heads, Math.max(object + 1, roomier(heads.length)));
    devicesWatcher?.before(device);
    objectsWatcher?.before(object);
    objects[device] = object + 1;
    nexts[device] = heads[object]!;
    heads[object] = device + 1;
    devicesWatcher?.after(device);
    objectsWatcher?.after(object);
  };

  const detach = (device: number) => {
    const object = (objects[device] ?? 0) - 1;
    if (object < 0) return;
    devicesWatcher?.before(device);
    objectsWatcher?.before(object);
    let at = heads[object]! - 1;
    if (at === device) heads[object] = nexts[device]!;
    else {
      while (nexts[at]! - 1 !== device) at = nexts[at]! - 1;
      nexts[at] = nexts[device]!;
    }
    objects[device] = 0;
    nexts[device] = 0;
    devicesWatcher?.after(device);
    objectsWatcher?.after(object);
  };

  const wait = (device: number, name: string) => {
    nameWaited.set(device, name);
    const others = waiting.get(name);
    if (others === undefined) waiting.set(name, new Set([device]));
    else others.add(device);
  };

  const stopWaiting = (device: number) => {
    const name = nameWaited.get(device);
    if (name === undefined) return;
    nameWaited.delete(device);
    const others = waiting.get(name);
    others?.delete(device);
    if (others?.size === 0) waiting.delete(name);
  };

  const arriveUnawaited = (object: number) => {
    if (object >= arrived.length) {
      const wider = new Uint8Array(Math.max(object + 1, roomier(arrived.length)));
      wider.set(arrived);
      arrived = wider;
    }
    arrived[object] = 1;
  };

  const forEachDevice = (object: number, visit: (device: number) => void) => {
    for (let at = (heads[object] ?? 0) - 1; at >= 0; at = nexts[at]! - 1) visit(at);
  };

  const layDevices = (members: DeviceSet, words: Uint32Array, at: number, rows: number) => {
    if (members.kind === 'sparse' || members.size * 8 < rows) {
      for (const object of toOrdinals(members)) {
        for (let device = (heads[object] ?? 0) - 1; device >= 0; device = nexts[device]! - 1)
          words[at + (device >>> 5)]! |= 1 << (device & 31);
      }
      return;
    }
    // One look at each device costs less than a chain of devices for each of many members.
    const held = members.words;
    const end = Math.min(rows, objects.length);
    for (let device = 0; device < end; device += 1) {
      const object = objects[device]! - 1;
      // A device without an object looks at a word that is not there.
      words[at + (device >>> 5)]! |= ((held[object >>> 5]! >>> (object & 31)) & 1) << (device & 31);
    }
  };

  /** Objects and one that were seen, a bit each; all zero between calls. */
  let seen = new Uint32Array(0);

  const countObjects = (devices: DeviceSet): number => {
    if (seen.length * 32 <= heads.length) seen = new Uint32Array((heads.length >>> 5) + 1);
    if (devices.kind === 'sparse') return countFew(devices.ordinals);
    markBehind(devices.words, objects, seen);
    // Nobody has the bit of no object.
    seen[0]! &= ~1;
    const count = countBits(seen);
    seen.fill(0);
    return count;
  };

  const countFew = (devices: Uint32Array): number => {
    let count = 0;
    for (let index = 0; index < devices.length; index += 1) {
      const object = objects[devices[index]!] ?? 0;
      const bit = 1 << (object & 31);
      if (object === 0 || (seen[object >>> 5]! & bit) !== 0) continue;
      seen[object >>> 5]! |= bit;
      count += 1;
    }
    for (let index = 0; index < devices.length; index += 1) seen[(objects[devices[index]!] ?? 0) >>> 5] = 0;
    return count;
  };

  return {
    layDevices,
    countObjects,
    objectOf: (device) => (objects[device] ?? 0) - 1,
    objectNamed,
    hasArrived,
    forEachDevice,
    deviceOf: (object) => (heads[object] ?? 0) - 1,
    watchDevices(watcher) {
      devicesWatcher = watcher;
    },
    watchObjects(watcher) {
      objectsWatcher = watcher;
    },
    waitingFor: (name) => [...(waiting.get(name) ?? [])],
    tie(device, name) {
      detach(device);
      stopWaiting(device);
      if (name === '') return;
      const object = objectNamed(name);
      if (object === NONE) wait(device, name);
      else attach(device, object);
    },
    tieTo: attach,
    isAwaited: () => waiting.size > 0,
    arriveUnawaited,
    arrive(object, name) {
      arriveUnawaited(object);
      for (const device of [...(waiting.get(name) ?? [])]) {
        stopWaiting(device);
        attach(device, object);
      }
    },
    leave(object, name) {
      arrived[object] = 0;
      const devices: number[] = [];
      forEachDevice(object, (device) => devices.push(device));
      for (const device of devices) {
        detach(device);
        wait(device, name);
      }
    },
    trim() {
      objects = trimmed(objects);
      nexts = nexts.slice(0, objects.length);
      heads = trimmed(heads);
    },
    save(out) {
      out.uint32('objects', objects);
      out.uint32('heads', heads);
      out.uint32('nexts', nexts);
      out.uint8('arrived', arrived);
      out.json('waiting', [...nameWaited]);
    },
    load(from) {
      objects = from.uint32('objects');
      heads = from.uint32('heads');
      nexts = from.uint32('nexts');
      arrived = from.uint8('arrived');
      for (const [device, name] of from.json('waiting') as readonly (readonly [number, string])[]) wait(device, name);
    },
  };
}

/** Marks what stands behind devices, where a bit says that the device counts. By itself and without a look past an array, so that it is compiled well. */
function markBehind(words: Uint32Array, objects: Uint32Array, seen: Uint32Array): void {
  const whole = Math.min(words.length, objects.length >>> 5);
  for (let index = 0; index < whole; index += 1) {
    const first = index << 5;
    for (let word = words[index]!; word !== 0; word &= word - 1) {
      const object = objects[first + 31 - Math.clz32(word & -word)]!;
      seen[object >>> 5]! |= 1 << (object & 31);
    }
  }
  for (let device = whole << 5; device < objects.length && device >>> 5 < words.length; device += 1) {
    if (((words[device >>> 5]! >>> (device & 31)) & 1) === 1) seen[objects[device]! >>> 5]! |= 1 << (objects[device]! & 31);
  }
}

/** Without the zeros at its end, but for a little room. */
function trimmed(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  let end = array.length;
  while (end > 16 && array[end - 1] === 0) end -= 1;
  const length = end + (end >>> 6);
  return length < array.length ? array.slice(0, length) : array;
}

/** Names of objects by ordinal, both ways; an object may have none. Of several objects with one name, the one that got it last is found. */
export interface NameIndex extends GuidSource {
  ordinalOf(name: string): number | undefined;
  nameOf(ordinal: number): string;
  put(name: string, ordinal: number): void;
  /** The same of the GUID that was read last (`guidWords`), for an ordinal that has no name. */
  putRead(ordinal: number): void;
  /** So many ordinals are about to get names. */
  reserve(ordinals: number): void;
  ordinalOfRead(): number | undefined;
  remove(ordinal: number): void;
  /** Told of every change of an ordinal's name, but for loading. */
  watch(watcher: RowWatcher): void;
  trim(): void;
  save(out: SnapshotWriter): void;
  load(from: SnapshotReader): void;
}

export function createNameIndex(): NameIndex {
  const ids = createIdIndex();
  const { ordinalOf, ordinalOfRead, idOf, put, putRead, reserve, clear, is, words, watch, trim, save, load } = ids;
  return {
    words,
    is,
    watch,
    ordinalOf,
    ordinalOfRead,
    putRead,
    reserve,
    nameOf: idOf,
    put: (name, ordinal) => (name === '' ? clear(ordinal) : put(name, ordinal)),
    remove: clear,
    trim,
    save,
    load,
  };
}
