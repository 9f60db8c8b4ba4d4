/** A role definition's assignments, seen from the definition. */
import type { JsonObject } from '../../kernel/json.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { ROLE_ASSIGNMENTS } from './rights.js';

export async function assignmentsOfRole(definition: Found | undefined, context: DomainContext): Promise<readonly JsonObject[]> {
  if (definition === undefined) return [];
  const links = await context.reader.links(context.tenant, { kind: 'roleDefinition', to: definition.stored.id });
  const keys = links.map(({ from }) => ({ set: ROLE_ASSIGNMENTS, parent: '', id: from }));
  const assignments = await context.reader.read(context.tenant, keys);
  return assignments.flatMap((assignment) => (assignment === undefined ? [] : [JSON.parse(assignment.json) as JsonObject]));
}
