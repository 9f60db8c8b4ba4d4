/**
 * Ids of objects and their ordinals, both ways. Canonical lower-case GUIDs are kept as 16 bytes each, any other id as the string it is: keys are
 * compared exactly.
 */
import { grown, HASH_SEED, roomier } from './columns/hash-index.js';
import type { RowWatcher } from './columns/text-source.js';
import { guidText, guidWords, isGuidAt, readGuid } from './guid-words.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot/sections.js';

export interface IdIndex {
  /** The ordinal of an id; of several ordinals with it, the one that got it last. */
  ordinalOf(id: string): number | undefined;
  /** '' for an ordinal without an id. */
  idOf(ordinal: number): string;
  /** The first 32 bits of the ordinal's id, by which ids are ordered first; -1 for an id that is no GUID. */
  leadingOf(ordinal: number): number;
  /** Whether the ordinal's id is this one. */
  is(ordinal: number, id: string): boolean;
  /** Gives the ordinal this id in place of the one it had. */
  put(id: string, ordinal: number): void;
  /** The ordinal of the GUID that was read last (`guidWords`). */
  ordinalOfRead(): number | undefined;
  /** Gives an ordinal that has no id the GUID that was read last, where no ordinal has it. @returns whether none had */
  claimRead(ordinal: number): boolean;
  /** `put` of the GUID that was read last, for an ordinal that has no id. */
  putRead(ordinal: number): void;
  /** So many ordinals are about to get ids. */
  reserve(ordinals: number): void;
  /** Takes the ordinal's id away. */
  clear(ordinal: number): void;
  /** Told of every change of an ordinal's id, but for loading. */
  watch(watcher: RowWatcher): void;
  /** Four words an ordinal for those whose id is a GUID, zeros for others. Valid until the next change. */
  words(): Uint32Array;
  /** Gives back memory held for growth. */
  trim(): void;
  save(out: SnapshotWriter): void;
  load(from: SnapshotReader): void;
}

/** The share of the slots that may be taken before there are more; then a search that finds nothing looks at some dozen. */
const FULL = 0.8;
/** The share that is taken where few changes are to come. */
const TRIMMED = 0.75;
const MIN_SLOTS = 32;

function slotsFor(entries: number): number {
  return Math.max(MIN_SLOTS, Math.ceil(entries / TRIMMED));
}

export function createIdIndex(): IdIndex {
  let words = new Uint32Array(4 * 16);
  /** Ordinal and one by the hash of its GUID, 0 where free. */
  let slots = new Uint32Array(MIN_SLOTS);
  /** Of the hashes by which slots were chosen: it goes with them. */
  let seed = HASH_SEED;
  let entries = 0;
  /** One more than the largest ordinal with a GUID. */
  let end = 0;
  const others = new Map<string, number>();
  const otherIds = new Map<number, string>();
  let watched: RowWatcher | undefined;

  const hashOf = (a: number, b: number, c: number, d: number): number => {
    let hash = Math.imul(a ^ seed, 0x85eb_ca6b) ^ b;
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35) ^ c;
    hash = Math.imul(hash ^ (hash >>> 13), 0x27d4_eb2f) ^ d;
    hash = Math.imul(hash ^ (hash >>> 16), 0x1656_67b1);
    return hash ^ (hash >>> 15);
  };
  const hashAt = (ordinal: number) =>
    hashOf(words[4 * ordinal]!, words[4 * ordinal + 1]!, words[4 * ordinal + 2]!, words[4 * ordinal + 3]!);

  /** Where a hash belongs: its share of the slots, whose number may be any. */
  const homeOf = (hash: number) => ((hash >>> 0) * (slots.length / 0x1_0000_0000)) >>> 0;
  const after = (slot: number) => (slot + 1 === slots.length ? 0 : slot + 1);
  /** Steps from one slot on to another. */
  const steps = (from: number, to: number) => (to >= from ? to - from : to - from + slots.length);

  /** Slot of the GUID in `guidWords`, or the free one where it would go. */
  const slotOfRead = (): number => {
    const [a, b, c, d] = [guidWords[0]!, guidWords[1]!, guidWords[2]!, guidWords[3]!];
    let slot = homeOf(hashOf(a, b, c, d));
    for (; slots[slot] !== 0; slot = after(slot)) {
      const at = 4 * (slots[slot]! - 1);
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) break;
    }
    return slot;
  };

  /** Puts an ordinal that no slot holds, with a GUID that no other's equals. */
  const place = (ordinal: number) => {
    let slot = homeOf(hashAt(ordinal));
    while (slots[slot] !== 0) slot = after(slot);
    slots[slot] = ordinal + 1;
  };

  const rebuild = (length: number) => {
    const old = slots;
    slots = new Uint32Array(length);
    for (let from = 0; from < old.length; from += 1) if (old[from] !== 0) place(old[from]! - 1);
  };

  /** Empties a slot and moves back those behind it that had to give way. */
  const free = (emptied: number) => {
    let hole = emptied;
    for (let slot = after(hole); slots[slot] !== 0; slot = after(slot)) {
      const home = homeOf(hashAt(slots[slot]! - 1));
      if (steps(home, slot) >= steps(hole, slot)) {
        slots[hole] = slots[slot]!;
        hole = slot;
      }
    }
    slots[hole] = 0;
    entries -= 1;
  };

  const hasGuid = (ordinal: number) =>
    ordinal < end && (words[4 * ordinal]! | words[4 * ordinal + 1]! | words[4 * ordinal + 2]! | words[4 * ordinal + 3]!) !== 0;

  const makeRoom = (ordinal: number) => {
    if (4 * ordinal + 4 > words.length) words = grown(words, Math.max(4 * (ordinal + 1), roomier(words.length)));
  };

  const clear = (ordinal: number) => {
    if (hasGuid(ordinal)) {
      guidWords.set(words.subarray(4 * ordinal, 4 * ordinal + 4));
      const slot = slotOfRead();
      if (slots[slot] === ordinal + 1) free(slot);
      words.fill(0, 4 * ordinal, 4 * ordinal + 4);
      return;
    }
    const other = otherIds.get(ordinal);
    if (other === undefined) return;
    otherIds.delete(ordinal);
    if (others.get(other) === ordinal) others.delete(other);
  };

  const put = (id: string, ordinal: number) => {
    if (ordinal < end || otherIds.size > 0) clear(ordinal);
    if (!readGuid(id)) {
      others.set(id, ordinal);
      otherIds.set(ordinal, id);
      return;
    }
    placeRead(ordinal);
  };

  /** The ordinal, which has no id, gets the GUID in `guidWords`. */
  const placeRead = (ordinal: number) => {
    if (entries + 1 > slots.length * FULL) rebuild(slots.length * 2);
    take(slotOfRead(), ordinal);
  };

  const take = (slot: number, ordinal: number) => {
    makeRoom(ordinal);
    if (slots[slot] === 0) entries += 1;
    slots[slot] = ordinal + 1;
    // Four stores: `set` costs ten times as much for so few.
    for (let word = 0; word < 4; word += 1) words[4 * ordinal + word] = guidWords[word]!;
    end = Math.max(end, ordinal + 1);
  };

  const claimRead = (ordinal: number): boolean => {
    if (entries + 1 > slots.length * FULL) rebuild(slots.length * 2);
    const slot = slotOfRead();
    if (slots[slot] !== 0) return false;
    watched?.before(ordinal);
    take(slot, ordinal);
    watched?.after(ordinal);
    return true;
  };

  const ordinalOfRead = () => {
    const found = slots[slotOfRead()]!;
    return found === 0 ? undefined : found - 1;
  };

  return {
    words: () => words,
    ordinalOf(id) {
      if (!readGuid(id)) return others.size === 0 ? undefined : others.get(id);
      return ordinalOfRead();
    },
    ordinalOfRead,
    claimRead,
    putRead(ordinal) {
      watched?.before(ordinal);
      placeRead(ordinal);
      watched?.after(ordinal);
    },
    idOf: (ordinal) => (hasGuid(ordinal) ? guidText(words, 4 * ordinal) : (otherIds.get(ordinal) ?? '')),
    leadingOf: (ordinal) => (hasGuid(ordinal) ? words[4 * ordinal]! : -1),
    is(ordinal, id) {
      if (!readGuid(id)) return otherIds.get(ordinal) === id;
      return isGuidAt(words, 4 * ordinal);
    },
    put(id, ordinal) {
      if (watched === undefined) put(id, ordinal);
      else {
        watched.before(ordinal);
        put(id, ordinal);
        watched.after(ordinal);
      }
    },
    reserve(ordinals) {
      if (slotsFor(entries + ordinals) > slots.length) rebuild(slotsFor(entries + ordinals));
    },
    clear(ordinal) {
      watched?.before(ordinal);
      clear(ordinal);
      watched?.after(ordinal);
    },
    watch(watcher) {
      watched = watcher;
    },
    trim() {
      if (words.length > 4 * (end + (end >>> 5) + 16)) words = words.slice(0, 4 * (end + (end >>> 6) + 16));
      if (slotsFor(entries) < slots.length) rebuild(slotsFor(entries));
    },
    save(out) {
      out.uint32('words', words.subarray(0, 4 * end));
      out.json(
        'others',
        [...otherIds].map(([ordinal, id]) => [ordinal, id, others.get(id) === ordinal]),
      );
      // Also which of several ordinals with one id it finds; and to place a million anew takes a while.
      out.uint32('slots', slots);
      out.json('seed', seed);
    },
    load(from) {
      words = from.uint32('words');
      end = words.length / 4;
      if (words.length === 0) words = new Uint32Array(4 * 16);
      slots = from.uint32('slots');
      seed = from.json('seed') as number;
      entries = 0;
      for (let slot = 0; slot < slots.length; slot += 1) if (slots[slot] !== 0) entries += 1;
      others.clear();
      otherIds.clear();
      for (const [ordinal, id, found] of from.json('others') as readonly (readonly [number, string, boolean])[]) {
        otherIds.set(ordinal, id);
        if (found) others.set(id, ordinal);
      }
    },
  };
}
