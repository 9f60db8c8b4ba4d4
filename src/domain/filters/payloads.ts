/** What a filter is assigned with: its read-only `payloads`, told by the assignments that name it. */
import type { JsonObject } from '../../kernel/json.js';
import { ASSIGNMENT_FILTERS, ASSIGNMENTS } from '../assignments/records.js';
import { readTarget } from '../assignments/target.js';
import type { DomainContext } from '../context.js';
import { type Found, makeFound } from '../read/place.js';

export function isFilterSet(set: string): boolean {
  return set === ASSIGNMENT_FILTERS;
}

/** Filters, with their payloads. */
export async function withPayloads(filters: readonly Found[], context: DomainContext): Promise<readonly Found[]> {
  return await Promise.all(filters.map((filter) => withItsPayloads(filter, context)));
}

async function withItsPayloads(found: Found, context: DomainContext): Promise<Found> {
  const links = await context.reader.links(context.tenant, { kind: 'assignmentFilter', to: found.stored.id });
  if (links.length === 0) return found;
  const keys = links.map(({ from }) => {
    const slash = from.indexOf('/');
    return { set: ASSIGNMENTS, parent: from.slice(0, slash), id: from.slice(slash + 1) };
  });
  const assignments = await context.reader.read(context.tenant, keys);
  const payloads = assignments.flatMap((assignment) => {
    if (assignment === undefined) return [];
    const { target } = JSON.parse(assignment.json) as { target: JsonObject };
    const read = readTarget(target);
    return [
      {
        payloadId: assignment.parent,
        payloadType: 'deviceConfigurationAndCompliance',
        groupId: read?.kind === 'group' ? read.groupId : null,
        assignmentFilterType: target.deviceAndAppManagementAssignmentFilterType ?? 'none',
      },
    ];
  });
  return makeFound({ ...found.stored, json: JSON.stringify({ ...found.json(), payloads }) }, found.type, found.address);
}
