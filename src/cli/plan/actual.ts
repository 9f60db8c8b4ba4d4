/** The assignments that a tenant has now. */
import { isObject, type JsonObject } from '../../kernel/json.js';
import type { GraphClient } from '../graph/client.js';
import { textOf } from '../graph/names.js';
import { type ActualAssignment, type ActualPolicy, type TargetKind, targetKey, types } from './model.js';

const POLICIES = '/deviceManagement/deviceConfigurations';
const NO_ID = '00000000-0000-0000-0000-000000000000';
/** Above this, all assignments are read with their policies; below, those of the policies that count. */
const FEW = 40;
const AT_ONCE = 8;

export interface PolicyName {
  readonly id: string;
  readonly name: string;
}

/** How many rows were read so far. */
export type Seen = (rows: number) => void;

/** Reads policies: their names first, then the assignments of those that are asked for. */
export interface PolicyReader {
  readonly names: readonly PolicyName[];
  assignmentsOf(ids: readonly string[]): Promise<ReadonlyMap<string, ActualPolicy>>;
}

/** @param expected about how many policies will be asked for */
export async function readPolicies(client: GraphClient, expected: number, seen: Seen): Promise<PolicyReader> {
  if (expected > FEW) {
    const rows = await client.rows(`${POLICIES}?$select=id,displayName&$expand=assignments&$top=1000`, seen);
    const all = new Map(rows.map((row) => [textOf(row.id), policyOf(row, arrayOf(row.assignments))]));
    return { names: [...all.values()], assignmentsOf: async () => all };
  }
  const rows = await client.rows(`${POLICIES}?$select=id,displayName&$top=1000`, seen);
  return {
    names: rows.map((row) => ({ id: textOf(row.id), name: textOf(row.displayName) })),
    async assignmentsOf(ids) {
      const found = new Map<string, ActualPolicy>();
      const waiting = rows.filter((row) => ids.includes(textOf(row.id)));
      const lane = async () => {
        for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
          found.set(textOf(row.id), policyOf(row, await client.rows(`${POLICIES}/${textOf(row.id)}/assignments`)));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      return found;
    },
  };
}

function policyOf(row: JsonObject, assignments: readonly JsonObject[]): ActualPolicy {
  const own: ActualAssignment[] = [];
  const untouched: { key: string; source: string; wire: JsonObject }[] = [];
  for (const wire of assignments) {
    const read = readAssignment(wire);
    const source = textOf(wire.source) || 'direct';
    if (read !== undefined && source === 'direct') own.push(read);
    else untouched.push({ key: read === undefined ? textOf(wire.id) : targetKey(read), source, wire });
  }
  return { id: textOf(row.id), name: textOf(row.displayName), assignments: own, untouched };
}

/** @returns undefined for a target that plans do not know */
export function readAssignment(wire: JsonObject): ActualAssignment | undefined {
  const target = isObject(wire.target) ? wire.target : {};
  const kind = (Object.keys(types) as TargetKind[]).find((each) => types[each] === target['@odata.type']);
  if (kind === undefined) return undefined;
  const filterId = textOf(target.deviceAndAppManagementAssignmentFilterId);
  const mode = textOf(target.deviceAndAppManagementAssignmentFilterType);
  const filtered = filterId !== '' && filterId !== NO_ID && (mode === 'include' || mode === 'exclude');
  return {
    id: textOf(wire.id),
    kind,
    groupId: kind === 'group' || kind === 'excludeGroup' ? textOf(target.groupId) : undefined,
    filter: filtered ? { id: filterId.toLowerCase(), mode } : undefined,
    intent: textOf(wire.intent) === 'remove' ? 'remove' : 'apply',
  };
}

function arrayOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
