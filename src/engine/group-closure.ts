import { grown } from './columns/hash-index.js';
import {
  type DeviceSet,
  emptySet,
  forEach,
  fromWords,
  has,
  setOf,
  toOrdinals,
  unionOf,
  withOrdinal,
  withoutOrdinal,
  wordCount,
} from './device-set.js';
import { createGroupEdges, type GroupEdges } from './group-edges.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot/sections.js';
import type { Steps } from './steps.js';

/** What can be a member of a group: a user or a device by the ordinal of its table, or a group. */
export type MemberKind = 'user' | 'device' | 'group';

/**
 * Groups within groups, by ordinals. Nesting may run in circles; a group is never its own member. What a group holds through others is worked out when
 * somebody asks, kept within a budget of memory, and kept level as users and devices come and go; a change of nesting drops what it touches.
 */
export interface GroupClosure {
  addGroup(group: number): void;
  /** Takes the group out of every group, and everything out of it. */
  removeGroup(group: number): void;
  /** @returns whether the membership is new */
  addMember(group: number, kind: MemberKind, member: number): boolean;
  /** Gives a group that has no direct members all of these at once. */
  fillGroup(group: number, kind: 'user' | 'device', members: DeviceSet): void;
  /** @returns whether there was one */
  removeMember(group: number, kind: MemberKind, member: number): boolean;
  /** Takes the object out of every group. */
  removeFromAll(kind: MemberKind, member: number): void;
  /** The groups that exist: those added, and those that were given members. */
  groups(): DeviceSet;
  directMembers(group: number, kind: MemberKind): DeviceSet;
  isDirectMember(group: number, kind: MemberKind, member: number): boolean;
  directParents(kind: MemberKind, member: number): DeviceSet;
  /** Works out beforehand what these groups hold, inner groups first, so that each level is made of the one below. */
  materialise(groups: Iterable<number>): void;
  transitiveMembers(group: number, kind: MemberKind): DeviceSet;
  /** Every group that holds the object, directly or through others. */
  transitiveParents(kind: MemberKind, member: number): DeviceSet;
  /** Whether the group holds the object, directly or through others; without working out all that it holds. */
  isTransitiveMember(group: number, kind: MemberKind, member: number): boolean;
  /** A shortest chain of groups from `group` to one that holds the member directly, both ends included; undefined when it holds it in no way. */
  pathTo(group: number, kind: MemberKind, member: number): readonly number[] | undefined;
  /** Every group that holds the object, nearest first: for each the group below it on a shortest way to the object, itself where it holds it directly. */
  waysUp(kind: MemberKind, member: number): ReadonlyMap<number, number>;
  /** Gives back memory held for growth, after many memberships came. */
  trimming(): Steps;
  save(out: SnapshotWriter): void;
  /** Into a closure that never held a group. */
  load(from: SnapshotReader): void;
}

/** What a group that holds groups was found to hold. */
interface Held {
  /** All groups reached from it, itself included. */
  readonly reached: DeviceSet;
  user: DeviceSet | undefined;
  device: DeviceSet | undefined;
}

/** So many kept answers are corrected when a member comes or goes; the others are dropped and worked out again. */
const CORRECTED = 32;

const DEFAULT_BUDGET = 128 * 1024 * 1024;

/** @param budget bytes that kept answers may take */
export function createGroupClosure(budget = DEFAULT_BUDGET): GroupClosure {
  const edges: Readonly<Record<MemberKind, GroupEdges>> = {
    user: createGroupEdges(),
    device: createGroupEdges(),
    group: createGroupEdges(),
  };
  /** A bit for each group that exists. */
  let existing = new Uint32Array(16);
  let known: DeviceSet | undefined;
  /** By group, least recently asked first. */
  const held = new Map<number, Held>();
  let bytes = 0;
  let highest = -1;

  const addGroup = (group: number) => {
    const word = group >>> 5;
    if (word >= existing.length) existing = grown(existing, Math.max(word + 1, existing.length * 2));
    if (((existing[word]! >>> (group & 31)) & 1) === 1) return;
    existing[word]! |= 1 << (group & 31);
    known = undefined;
    highest = Math.max(highest, group);
  };

  /** Every group that leads to one of these, these included. */
  const upwards = (start: readonly number[]): Set<number> => {
    const found = new Set(start);
    for (const group of found) edges.group.forEachGroup(group, (parent) => found.add(parent));
    return found;
  };

  /**
   * Walks down from a group. `take` is called with every group met and says whether to go on below it: an answer that is kept stands for all that
   * lies under its group.
   */
  const walkDown = (start: number, take: (group: number) => boolean) => {
    const met = new Set([start]);
    for (const group of met) {
      if (take(group) && edges.group.hasMembers(group)) forEach(edges.group.members(group), (child) => met.add(child));
    }
  };

  const reachedFrom = (start: number): DeviceSet => {
    const found: number[] = [];
    const sets: DeviceSet[] = [];
    walkDown(start, (group) => {
      const kept = held.get(group);
      if (kept === undefined) found.push(group);
      else sets.push(kept.reached);
      return kept === undefined;
    });
    sets.push(setOf(found, highest + 1));
    return unionOf(sets);
  };

  const membersUnder = (start: number, kind: 'user' | 'device'): DeviceSet => {
    const sets: DeviceSet[] = [];
    walkDown(start, (group) => {
      const kept = held.get(group)?.[kind];
      if (kept !== undefined) sets.push(kept);
      else if (edges[kind].hasMembers(group)) sets.push(edges[kind].members(group));
      return kept === undefined;
    });
    return unionOf(sets);
  };

  const drop = (group: number) => {
    const entry = held.get(group);
    if (entry === undefined) return;
    bytes -= weight(entry);
    held.delete(group);
  };

  /** What the group holds, kept and marked as lately asked. */
  const heldBy = (group: number): Held => {
    const entry = held.get(group) ?? { reached: reachedFrom(group), user: undefined, device: undefined };
    drop(group);
    held.set(group, entry);
    bytes += weight(entry);
    return entry;
  };

  const keepWithinBudget = () => {
    for (const group of held.keys()) {
      if (bytes <= budget || held.size === 1) return;
      drop(group);
    }
  };

  const forgetNesting = (group: number) => {
    if (held.size === 0) return;
    for (const ancestor of upwards([group])) drop(ancestor);
  };

  const correct = (group: number, kind: 'user' | 'device', member: number) => {
    if (held.size === 0) return;
    let corrected = 0;
    for (const ancestor of upwards([group])) {
      const entry = held.get(ancestor);
      const set = entry?.[kind];
      if (entry === undefined || set === undefined) continue;
      corrected += 1;
      if (corrected > CORRECTED) {
        drop(ancestor);
        continue;
      }
      const remains = edges[kind].someGroup(member, (each) => has(entry.reached, each));
      bytes -= weight(entry);
      entry[kind] = remains ? withOrdinal(set, member) : withoutOrdinal(set, member);
      bytes += weight(entry);
    }
  };

  const changed = (group: number, kind: MemberKind, member: number) => {
    if (kind === 'group') forgetNesting(group);
    else correct(group, kind, member);
  };

  const removeMember = (group: number, kind: MemberKind, member: number): boolean => {
    // Nesting is forgotten first: afterwards the groups above are no longer found.
    if (kind === 'group') forgetNesting(group);
    if (!edges[kind].remove(group, member)) return false;
    if (kind !== 'group') correct(group, kind, member);
    return true;
  };

  const directParents = (kind: MemberKind, member: number): readonly number[] => {
    const parents: number[] = [];
    edges[kind].forEachGroup(member, (group) => parents.push(group));
    return parents;
  };

  const removeFromAll = (kind: MemberKind, member: number) => {
    for (const group of directParents(kind, member)) removeMember(group, kind, member);
  };

  const transitiveMembers = (group: number, kind: MemberKind): DeviceSet => {
    if (!edges.group.hasMembers(group)) return edges[kind].members(group);
    const entry = heldBy(group);
    if (kind === 'group') {
      keepWithinBudget();
      return withoutOrdinal(entry.reached, group);
    }
    const kept = entry[kind];
    if (kept !== undefined) return kept;
    const made = membersUnder(group, kind);
    bytes -= weight(entry);
    entry[kind] = made;
    bytes += weight(entry);
    keepWithinBudget();
    return made;
  };

  return {
    addGroup,
    removeGroup(group) {
      removeFromAll('group', group);
      for (const kind of ['user', 'device', 'group'] as const) {
        for (const member of toOrdinals(edges[kind].members(group))) removeMember(group, kind, member);
      }
      drop(group);
      if (group <= highest) existing[group >>> 5]! &= ~(1 << (group & 31));
      known = undefined;
    },
    addMember(group, kind, member) {
      addGroup(group);
      if (kind === 'group') addGroup(member);
      if ((kind === 'group' && group === member) || !edges[kind].add(group, member)) return false;
      changed(group, kind, member);
      return true;
    },
    fillGroup(group, kind, members) {
      addGroup(group);
      // What is kept of the groups above is dropped, as by a change of nesting.
      forgetNesting(group);
      edges[kind].fill(group, members);
    },
    removeMember,
    removeFromAll,
    groups() {
      known ??= highest < 0 ? emptySet(0) : fromWords(existing.slice(0, wordCount(highest + 1)), highest + 1);
      return known;
    },
    directMembers: (group, kind) => edges[kind].members(group),
    isDirectMember: (group, kind, member) => edges[kind].has(group, member),
    directParents: (kind, member) => setOf(directParents(kind, member), highest + 1),
    materialise(wanted) {
      for (const group of lowestFirst(edges.group, wanted)) {
        transitiveMembers(group, 'user');
        transitiveMembers(group, 'device');
      }
    },
    transitiveMembers,
    transitiveParents(kind, member) {
      const found = upwards(directParents(kind, member));
      if (kind === 'group') found.delete(member);
      return setOf(found, highest + 1);
    },
    isTransitiveMember(group, kind, member) {
      if (kind === 'group' && group === member) return false;
      return chainUp(edges, group, kind, member) !== undefined;
    },
    pathTo(group, kind, member) {
      return kind === 'group' && group === member ? undefined : chainUp(edges, group, kind, member);
    },
    waysUp(kind, member) {
      const below = new Map<number, number>();
      edges[kind].forEachGroup(member, (parent) => below.set(parent, parent));
      for (const [found] of below) {
        edges.group.forEachGroup(found, (parent) => {
          if (!below.has(parent)) below.set(parent, found);
        });
      }
      if (kind === 'group') below.delete(member);
      return below;
    },
    *trimming() {
      for (const kind of MEMBER_KINDS) yield* edges[kind].trimming();
    },
    save(out) {
      out.uint32('existing', existing.subarray(0, wordCount(highest + 1)));
      for (const kind of MEMBER_KINDS) edges[kind].save(out.within(kind));
    },
    load(from) {
      existing = from.uint32('existing');
      known = undefined;
      highest = -1;
      forEach(fromWords(existing, existing.length * 32), (group) => {
        highest = group;
      });
      for (const kind of MEMBER_KINDS) edges[kind].load(from.within(kind));
    },
  };
}

const MEMBER_KINDS = ['user', 'device', 'group'] as const;

/** The groups that hold groups, among these and under them, each after those it holds (where nesting runs in a circle, in some order). */
function lowestFirst(edges: GroupEdges, wanted: Iterable<number>): Iterable<number> {
  const seen = new Set<number>();
  const ordered: number[] = [];
  for (const start of wanted) {
    /** A group to go into, or (as the complement) one whose inner groups are done. */
    const open = [start];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next < 0) ordered.push(~next);
      else if (!seen.has(next) && edges.hasMembers(next)) {
        seen.add(next);
        open.push(~next);
        forEach(edges.members(next), (child) => open.push(child));
      }
    }
  }
  return ordered;
}

/** Breadth first from the member upwards: members are in few groups, groups hold many members. */
function chainUp(
  edges: Readonly<Record<MemberKind, GroupEdges>>,
  group: number,
  kind: MemberKind,
  member: number,
): readonly number[] | undefined {
  /** Of each group found, the one below it on the way to the member; itself when it holds the member directly. */
  const below = new Map<number, number>();
  edges[kind].forEachGroup(member, (parent) => below.set(parent, parent));
  for (const [found] of below) {
    if (found === group) return chainFrom(below, group);
    edges.group.forEachGroup(found, (parent) => {
      if (!below.has(parent)) below.set(parent, found);
    });
  }
  return undefined;
}

function chainFrom(below: ReadonlyMap<number, number>, group: number): readonly number[] {
  const chain = [group];
  for (let at = group, next = below.get(at); next !== undefined && next !== at; at = next, next = below.get(at)) chain.push(next);
  return chain;
}

/** Bytes that an answer takes, about. */
function weight({ reached, user, device }: Held): number {
  return 200 + bytesOf(reached) + bytesOf(user) + bytesOf(device);
}

function bytesOf(set: DeviceSet | undefined): number {
  return set === undefined ? 0 : set.kind === 'sparse' ? set.ordinals.byteLength : set.words.byteLength;
}
