import { type Codes, loadCodes, saveCodes } from './columns/codes.js';
import { grown, roomier } from './columns/hash-index.js';
import { type DeviceSet, emptySet, forEach, fromSorted, has, isEmpty, setOf, size, subtract, union } from './device-set.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot/sections.js';
import { atOnce, type Steps } from './steps.js';

/**
 * Direct memberships of one kind of member (users, devices or groups), kept both ways: each member's groups as a block of numbers, each group's members
 * as a set that is brought level only when somebody reads it, so that a million additions in a row cost no million copies.
 */
export interface GroupEdges {
  /** @returns whether the membership is new */
  add(group: number, member: number): boolean;
  /** Gives a group that has no members all of these at once, which costs next to nothing a member. */
  fill(group: number, members: DeviceSet): void;
  /** @returns whether there was one */
  remove(group: number, member: number): boolean;
  has(group: number, member: number): boolean;
  members(group: number): DeviceSet;
  hasMembers(group: number): boolean;
  /** Calls `visit` with every group that the member is directly in. */
  forEachGroup(member: number, visit: (group: number) => void): void;
  /** Whether the member is directly in a group that the test accepts. */
  someGroup(member: number, accepts: (group: number) => boolean): boolean;
  /** Gives back memory held for growth, after many memberships came. */
  trimming(): Steps;
  /** Trims first. */
  save(out: SnapshotWriter): void;
  /** Into edges that never were any. */
  load(from: SnapshotReader): void;
}

interface Members {
  set: DeviceSet;
  /** Changes since: an ordinal that came, the complement (`~`) of one that went, in their order. */
  pending: Int32Array;
  changes: number;
  count: number;
}

const UNCHANGED = new Int32Array(0);

/** Members that are gone over in a step of long work. */
const MEMBERS_A_STEP = 1 << 14;

/** Entries of blocks: the number of groups, and room for the groups. */
const BLOCKS = blockSizes();
/** The index in BLOCKS of the smallest block for so many groups, while they are few. */
const BLOCK_FOR = new Uint8Array(1025);
for (let groups = 0, index = 0; groups <= 1024; groups += 1) {
  while (BLOCKS[index]! <= groups) index += 1;
  BLOCK_FOR[groups] = index;
}

export function createGroupEdges(): GroupEdges {
  /** Where each member's block begins; 0 for a member of no group. */
  let heads = new Uint32Array(16);
  /** Blocks: how many groups, the groups, and what is left over. */
  let pool: Codes = new Uint16Array(64);
  let poolEnd = 1;
  /** Blocks that can be used again, by index in BLOCKS. */
  let free: number[][] = BLOCKS.map(() => []);
  const membersOf: (Members | undefined)[] = [];
  /** Groups that were filled at once, whose members' blocks do not say so yet. */
  const unlaid = new Set<number>();
  /** One more than the largest member ordinal. */
  let universe = 0;
  /** Whether nothing has changed since all was laid tightly. */
  let trimmed = false;

  const placeOf = (group: number, member: number): number => {
    const head = heads[member] ?? 0;
    if (head === 0) return 0;
    for (let at = head + 1, end = at + pool[head]!; at < end; at += 1) if (pool[at] === group) return at;
    return 0;
  };

  const newBlock = (index: number): number => {
    const used = free[index]!.pop();
    if (used !== undefined) return used;
    const at = poolEnd;
    poolEnd += BLOCKS[index]!;
    if (poolEnd > pool.length) {
      const longer = emptyLike(pool, Math.max(poolEnd, roomier(pool.length)));
      longer.set(pool);
      pool = longer;
    }
    return at;
  };

  const append = (group: number, member: number) => {
    if (group > 0xffff && pool instanceof Uint16Array) pool = Uint32Array.from(pool);
    if (member >= heads.length) heads = grown(heads, Math.max(member + 1, roomier(heads.length)));
    const head = heads[member]!;
    const count = head === 0 ? 0 : pool[head]!;
    const index = blockFor(count + 1);
    let block = head;
    if (head === 0 || blockFor(count) !== index) {
      block = newBlock(index);
      if (head !== 0) {
        pool.copyWithin(block, head, head + 1 + count);
        free[blockFor(count)]!.push(head);
      }
      heads[member] = block;
    }
    pool[block] = count + 1;
    pool[block + 1 + count] = group;
  };

  const takeOut = (place: number, member: number) => {
    const head = heads[member]!;
    const count = pool[head]!;
    pool[place] = pool[head + count]!;
    pool[head] = count - 1;
    const index = blockFor(count);
    if (count === 1) {
      free[index]!.push(head);
      heads[member] = 0;
    } else if (blockFor(count - 1) !== index) {
      const block = newBlock(blockFor(count - 1));
      pool.copyWithin(block, head, head + count);
      free[index]!.push(head);
      heads[member] = block;
    }
  };

  const note = (members: Members, change: number) => {
    if (members.changes === members.pending.length) {
      const longer = new Int32Array(Math.max(4, roomier(members.pending.length)));
      longer.set(members.pending);
      members.pending = longer;
    }
    members.pending[members.changes] = change;
    members.changes += 1;
  };

  const membersToChange = (group: number): Members => {
    // Filled up in order: an array with holes is a hash table to the engine beneath.
    while (membersOf.length <= group) membersOf.push(undefined);
    let members = membersOf[group];
    if (members === undefined) {
      members = { set: emptySet(0), pending: UNCHANGED, changes: 0, count: 0 };
      membersOf[group] = members;
    }
    return members;
  };

  /** All blocks one after the other in order of the members, none unused. */
  function* layBlocks(): Steps {
    let needed = 1;
    for (let member = 0; member < universe; member += 1) {
      if (heads[member] !== 0) needed += BLOCKS[blockFor(pool[heads[member]!]!)]!;
    }
    const laid = emptyLike(pool, needed + (needed >>> 6));
    let at = 1;
    for (let member = 0; member < universe; member += 1) {
      const head = heads[member]!;
      if (head === 0) continue;
      const count = pool[head]!;
      laid.set(pool.subarray(head, head + 1 + count), at);
      heads[member] = at;
      at += BLOCKS[blockFor(count)]!;
      if (member % MEMBERS_A_STEP === 0) yield;
    }
    pool = laid;
    poolEnd = at;
    free = BLOCKS.map(() => []);
    if (heads.length > universe + (universe >>> 5) + 16) heads = heads.slice(0, universe + (universe >>> 6) + 16);
  }

  /** The same, the groups that were filled at once among the others. */
  function* layFilled(): Steps {
    if (heads.length < universe) heads = grown(heads, universe);
    const counts = new Uint32Array(universe);
    const countUp = (member: number) => {
      counts[member] = (counts[member] as number) + 1;
    };
    for (const group of unlaid) {
      forEach(membersOf[group]?.set ?? emptySet(0), countUp);
      yield;
    }
    let needed = 1;
    for (let member = 0; member < universe; member += 1) {
      const head = heads[member]!;
      const count = counts[member]! + (head === 0 ? 0 : pool[head]!);
      if (count !== 0) needed += BLOCKS[blockFor(count)]!;
    }
    const wide = pool instanceof Uint32Array || [...unlaid].some((group) => group > 0xffff);
    const length = needed + (needed >>> 6);
    const laid = wide ? new Uint32Array(length) : new Uint16Array(length);
    let at = 1;
    for (let member = 0; member < universe; member += 1) {
      const head = heads[member]!;
      const before = head === 0 ? 0 : pool[head]!;
      const count = counts[member]! + before;
      if (count === 0) continue;
      laid[at] = before;
      for (let index = 1; index <= before; index += 1) laid[at + index] = pool[head + index]!;
      heads[member] = at;
      at += BLOCKS[blockFor(count)]!;
      if (member % MEMBERS_A_STEP === 0) yield;
    }
    for (const group of unlaid) {
      yield;
      forEach(membersOf[group]?.set ?? emptySet(0), (member) => {
        const head = heads[member]!;
        laid[head]! += 1;
        laid[head + laid[head]!] = group;
      });
    }
    pool = laid;
    poolEnd = at;
    free = BLOCKS.map(() => []);
    unlaid.clear();
  }

  const layIfFilled = () => {
    if (unlaid.size > 0) atOnce(layFilled());
  };

  /** The sets of these groups anew, out of the blocks; small ones share their memory. */
  function* fillSets(wanted: readonly (Members | undefined)[]): Steps {
    const next = new Uint32Array(wanted.length + 1);
    let total = 0;
    for (const [group, members] of wanted.entries()) {
      next[group] = total;
      total += members?.count ?? 0;
    }
    const ordinals = new Uint32Array(total);
    for (let member = 0; member < universe; member += 1) {
      const head = heads[member]!;
      if (head === 0) continue;
      for (let at = head + 1, end = at + pool[head]!; at < end; at += 1) {
        const group = pool[at]!;
        if (wanted[group] !== undefined) ordinals[next[group]!++] = member;
      }
      if (member % MEMBERS_A_STEP === 0) yield;
    }
    const sparse: Members[] = [];
    let kept = 0;
    for (const [group, members] of wanted.entries()) {
      if (members === undefined) continue;
      members.set = fromSorted(ordinals.subarray(next[group]! - members.count, next[group]!), universe);
      members.pending = UNCHANGED;
      members.changes = 0;
      if (members.set.kind === 'sparse') {
        sparse.push(members);
        kept += members.count;
      }
    }
    // What the large sets hold as bits needs no ordinals.
    const shared = new Uint32Array(kept);
    let at = 0;
    for (const members of sparse) {
      if (members.set.kind !== 'sparse') continue;
      const own = shared.subarray(at, at + members.count);
      own.set(members.set.ordinals);
      members.set = { kind: 'sparse', universe, ordinals: own };
      at += members.count;
    }
  }

  function* trimming(): Steps {
    if (trimmed) return;
    if (unlaid.size > 0) yield* layFilled();
    yield* layBlocks();
    yield* fillSets(membersOf);
    trimmed = true;
  }

  return {
    add(group, member) {
      layIfFilled();
      if (placeOf(group, member) !== 0) return false;
      trimmed = false;
      universe = Math.max(universe, member + 1);
      append(group, member);
      const members = membersToChange(group);
      note(members, member);
      members.count += 1;
      return true;
    },
    fill(group, filled) {
      const count = size(filled);
      if (count === 0) return;
      trimmed = false;
      universe = Math.max(universe, filled.universe);
      const members = membersToChange(group);
      members.set = filled;
      members.pending = UNCHANGED;
      members.changes = 0;
      members.count = count;
      unlaid.add(group);
    },
    remove(group, member) {
      layIfFilled();
      const place = placeOf(group, member);
      const members = membersOf[group];
      if (place === 0 || members === undefined) return false;
      trimmed = false;
      takeOut(place, member);
      note(members, ~member);
      members.count -= 1;
      if (members.count === 0) membersOf[group] = undefined;
      else if (members.changes > MAX_PENDING && members.changes > 2 * members.count) settle(members, universe);
      return true;
    },
    has: (group, member) => (unlaid.has(group) ? has(membersOf[group]?.set ?? emptySet(0), member) : placeOf(group, member) !== 0),
    members(group) {
      const members = membersOf[group];
      if (members === undefined) return emptySet(universe);
      if (members.changes > 0) settle(members, universe);
      return members.set;
    },
    hasMembers: (group) => membersOf[group] !== undefined,
    forEachGroup(member, visit) {
      layIfFilled();
      const head = heads[member] ?? 0;
      // The visitor may change memberships of others, and so the pool.
      if (head !== 0) for (let index = 1; index <= pool[head]!; index += 1) visit(pool[head + index]!);
    },
    someGroup(member, accepts) {
      layIfFilled();
      const head = heads[member] ?? 0;
      if (head !== 0) for (let index = 1; index <= pool[head]!; index += 1) if (accepts(pool[head + index]!)) return true;
      return false;
    },
    trimming,
    save(out) {
      atOnce(trimming());
      out.json('universe', universe);
      out.uint32('heads', heads.subarray(0, universe));
      saveCodes(out, pool.subarray(0, poolEnd) as Codes);
    },
    load(from) {
      universe = from.json('universe') as number;
      heads = from.uint32('heads');
      pool = loadCodes(from);
      poolEnd = pool.length;
      for (let member = 0; member < universe; member += 1) {
        const head = heads[member]!;
        if (head === 0) continue;
        for (let at = head + 1, end = at + pool[head]!; at < end; at += 1) membersToChange(pool[at]!).count += 1;
      }
      atOnce(fillSets(membersOf));
      trimmed = true;
    },
  };
}

/** 2, 4, 6, 8, and from there in steps of a half and a third, so that a block is seldom more than a third empty. */
function blockSizes(): readonly number[] {
  const sizes = [2, 4, 6, 8];
  for (let size = 8; size < 2 ** 31; size *= 2) sizes.push(size + size / 2, size * 2);
  return sizes;
}

/** Index in BLOCKS of the smallest block for so many groups. */
function blockFor(groups: number): number {
  if (groups <= 1024) return BLOCK_FOR[groups]!;
  let index = BLOCK_FOR[1024]!;
  while (BLOCKS[index]! <= groups) index += 1;
  return index;
}

function emptyLike(pool: Codes, length: number): Codes {
  return pool instanceof Uint16Array ? new Uint16Array(length) : new Uint32Array(length);
}

/** A group whose members come and go unread is settled when its changes outgrow what it holds. */
const MAX_PENDING = 4096;

function settle(members: Members, universe: number): void {
  members.set = settled(members, universe);
  members.pending = UNCHANGED;
  members.changes = 0;
}

function settled({ set, pending, changes }: Members, universe: number): DeviceSet {
  const noted = pending.subarray(0, changes);
  if (!noted.some((change) => change < 0)) {
    const came = setOf(noted, universe);
    return isEmpty(set) ? came : union(set, came);
  }
  // Of several changes of one member the last counts.
  const last = new Map(Array.from(noted, (change) => [change < 0 ? ~change : change, change >= 0]));
  const which = (present: boolean) =>
    setOf(
      [...last].filter(([, here]) => here === present).map(([member]) => member),
      universe,
    );
  return union(subtract(set, which(false)), which(true));
}
