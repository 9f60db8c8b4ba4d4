/** What a filter is assigned with: its read-only `payloads`, told by the assignments that name it. */
import { isObject, type JsonObject } from '../../kernel/json.js';
import { readMember } from '../../kernel/json-member.js';
import type { Expression, OrderBy } from '../../query/expression.js';
import { mentionsMember } from '../../query/mentions.js';
import type { Link, StoredEntity } from '../../storage/store.js';
import { ASSIGNMENT_FILTERS, ASSIGNMENTS } from '../assignments/records.js';
import { readTarget } from '../assignments/target.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { DomainContext } from '../context.js';
import { type Found, makeFound } from '../read/place.js';
import { isVisible } from '../roles/rights.js';

export const PAYLOADS = 'payloads';

export function isFilterSet(set: string): boolean {
  return set === ASSIGNMENT_FILTERS;
}

/** Whether what is stored cannot decide on a list. */
export function asksForPayloads(filter: Expression | undefined, orderBy: readonly OrderBy[]): boolean {
  return mentionsMember(filter, PAYLOADS) || orderBy.some(({ expression }) => mentionsMember(expression, PAYLOADS));
}

/** Filters, with those of their payloads that the caller may see. */
export async function withPayloads(filters: readonly Found[], context: DomainContext): Promise<readonly Found[]> {
  const links = await Promise.all(
    filters.map((filter) => context.reader.links(context.tenant, { kind: 'assignmentFilter', to: filter.stored.id })),
  );
  const all = links.flat();
  if (all.length === 0) return filters;
  const assignments = await context.reader.read(context.tenant, all.map(assignmentOf));
  const hidden = await hiddenPolicies(all, context);
  const payloads = new Map<string, JsonObject[]>(filters.map((filter) => [filter.stored.id, []]));
  for (const [index, { to }] of all.entries()) {
    const assignment = assignments[index];
    if (assignment !== undefined && !hidden.has(assignment.parent)) payloads.get(to)?.push(payloadOf(assignment));
  }
  return filters.map((filter) => showing(filter, payloads.get(filter.stored.id) ?? []));
}

/** @param from `{configuration}/{assignment}` */
function assignmentOf({ from }: Link) {
  const slash = from.indexOf('/');
  return { set: ASSIGNMENTS, parent: from.slice(0, slash), id: from.slice(slash + 1) };
}

async function hiddenPolicies(links: readonly Link[], context: DomainContext): Promise<ReadonlySet<string>> {
  if (context.rights === undefined) return new Set();
  const ids = [...new Set(links.map((link) => assignmentOf(link).parent))];
  const policies = await context.reader.read(
    context.tenant,
    ids.map((id) => ({ set: CONFIGURATIONS, parent: '', id })),
  );
  return new Set(policies.flatMap((stored) => (stored === undefined || isVisible(stored, context) ? [] : [stored.id])));
}

function payloadOf({ parent, json }: StoredEntity): JsonObject {
  const given = readMember(json, 'target');
  const target = isObject(given) ? given : {};
  const read = readTarget(target);
  return {
    payloadId: parent,
    payloadType: 'deviceConfigurationAndCompliance',
    groupId: read?.kind === 'group' ? read.groupId : null,
    assignmentFilterType: target.deviceAndAppManagementAssignmentFilterType ?? 'none',
  };
}

function showing(filter: Found, payloads: readonly JsonObject[]): Found {
  if (payloads.length === 0) return filter;
  return makeFound({ ...filter.stored, json: JSON.stringify({ ...filter.json(), payloads }) }, filter.type, filter.address);
}
