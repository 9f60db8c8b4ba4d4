import { grown } from './columns/hash-index.js';
import { type DeviceSet, emptySet, isEmpty, setOf, subtract, union } from './device-set.js';

/**
 * Direct memberships of one kind of member (users, devices or groups), kept both ways: each member's groups as a chain of edges, each group's members
 * as a set that is brought level only when somebody reads it, so that a million additions in a row cost no million copies.
 */
export interface GroupEdges {
  /** @returns whether the membership is new */
  add(group: number, member: number): boolean;
  /** @returns whether there was one */
  remove(group: number, member: number): boolean;
  members(group: number): DeviceSet;
  hasMembers(group: number): boolean;
  /** Calls `visit` with every group that the member is directly in. */
  forEachGroup(member: number, visit: (group: number) => void): void;
  /** Whether the member is directly in a group that the test accepts. */
  someGroup(member: number, accepts: (group: number) => boolean): boolean;
}

interface Members {
  set: DeviceSet;
  /** Changes since: an ordinal that came, the complement (`~`) of one that went, in their order. */
  pending: number[];
  count: number;
}

export function createGroupEdges(): GroupEdges {
  /** First edge of each member's chain; 0 ends a chain, so edges count from 1. */
  let heads = new Uint32Array(16);
  let nexts = new Uint32Array(16);
  let groups = new Uint32Array(16);
  let edges = 0;
  /** First edge of the chain of edges that can be used again. */
  let free = 0;
  const membersOf: (Members | undefined)[] = [];
  /** One more than the largest member ordinal. */
  let universe = 0;

  const edgeTo = (group: number, member: number): number => {
    let edge = heads[member] ?? 0;
    while (edge !== 0 && groups[edge] !== group) edge = nexts[edge]!;
    return edge;
  };

  const newEdge = (): number => {
    if (free !== 0) {
      const edge = free;
      free = nexts[edge]!;
      return edge;
    }
    edges += 1;
    if (edges >= nexts.length) {
      nexts = grown(nexts, nexts.length * 2);
      groups = grown(groups, groups.length * 2);
    }
    return edges;
  };

  return {
    add(group, member) {
      if (edgeTo(group, member) !== 0) return false;
      if (member >= heads.length) heads = grown(heads, Math.max(member + 1, heads.length * 2));
      universe = Math.max(universe, member + 1);
      const edge = newEdge();
      groups[edge] = group;
      nexts[edge] = heads[member]!;
      heads[member] = edge;
      // Filled up in order: an array with holes is a hash table to the engine beneath.
      while (membersOf.length <= group) membersOf.push(undefined);
      let members = membersOf[group];
      if (members === undefined) {
        members = { set: emptySet(0), pending: [], count: 0 };
        membersOf[group] = members;
      }
      members.pending.push(member);
      members.count += 1;
      return true;
    },
    remove(group, member) {
      const edge = edgeTo(group, member);
      const members = membersOf[group];
      if (edge === 0 || members === undefined) return false;
      if (heads[member] === edge) heads[member] = nexts[edge]!;
      else {
        let before = heads[member]!;
        while (nexts[before] !== edge) before = nexts[before]!;
        nexts[before] = nexts[edge]!;
      }
      nexts[edge] = free;
      free = edge;
      members.pending.push(~member);
      members.count -= 1;
      if (members.count === 0) membersOf[group] = undefined;
      else if (members.pending.length > MAX_PENDING && members.pending.length > 2 * members.count) settle(members, universe);
      return true;
    },
    members(group) {
      const members = membersOf[group];
      if (members === undefined) return emptySet(universe);
      if (members.pending.length > 0) settle(members, universe);
      return members.set;
    },
    hasMembers: (group) => membersOf[group] !== undefined,
    forEachGroup(member, visit) {
      for (let edge = heads[member] ?? 0; edge !== 0; edge = nexts[edge]!) visit(groups[edge]!);
    },
    someGroup(member, accepts) {
      for (let edge = heads[member] ?? 0; edge !== 0; edge = nexts[edge]!) if (accepts(groups[edge]!)) return true;
      return false;
    },
  };
}

/** A group whose members come and go unread is settled when its changes outgrow what it holds. */
const MAX_PENDING = 4096;

function settle(members: Members, universe: number): void {
  members.set = settled(members, universe);
  members.pending = [];
}

function settled({ set, pending }: Members, universe: number): DeviceSet {
  const leaves = pending.some((change) => change < 0);
  if (!leaves) {
    const came = setOf(pending, universe);
    return isEmpty(set) ? came : union(set, came);
  }
  // Of several changes of one member the last counts.
  const last = new Map(pending.map((change) => [change < 0 ? ~change : change, change >= 0]));
  const which = (present: boolean) =>
    setOf(
      [...last].filter(([, here]) => here === present).map(([member]) => member),
      universe,
    );
  return union(subtract(set, which(false)), which(true));
}
