/** checkMemberGroups, getMemberGroups and their siblings for objects: which groups hold an object, nesting included. */
import { graphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import { validateParameters } from '../../model/validate.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import type { Decision } from '../write/change.js';
import { GROUPS, isDirectorySet, parsed } from './objects.js';

const MAX_CHECKED = 20;

export function parametersOf(body: JsonValue | undefined, plan: Plan, context: DomainContext) {
  return plan.call === undefined ? {} : validateParameters(context.schema, plan.call.operation, body);
}

/** The given ids (20 at most) that are ids of groups that hold the object. */
export async function checkMember(
  parameter: 'groupIds' | 'ids',
  owner: Found,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const given = parametersOf(body, plan, context)[parameter];
  if (!Array.isArray(given) || given.length === 0) {
    throw graphError('directoryRequestInvalid', { reason: `The parameter '${parameter}' is required: give a list of ids.` }, parameter);
  }
  if (given.length > MAX_CHECKED) {
    throw graphError(
      'directoryRequestInvalid',
      { reason: `'${parameter}' has ${given.length} ids; ${MAX_CHECKED} is the most for one request.` },
      parameter,
    );
  }
  const holding = new Set(await holders(owner, context));
  return ids([...new Set(given as readonly string[])].filter((id) => holding.has(id.toLowerCase()) || holding.has(id)));
}

/** Ids of all groups that hold the object. */
export async function getMember(owner: Found, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const { securityEnabledOnly } = parametersOf(body, plan, context);
  const holding = await holders(owner, context);
  if (securityEnabledOnly !== true) return ids(holding);
  const groups = await context.reader.read(
    context.tenant,
    holding.map((id) => ({ set: GROUPS, parent: '', id })),
  );
  return ids(groups.flatMap((group) => (group !== undefined && parsed(group).securityEnabled === true ? [group.id] : [])));
}

async function holders(owner: Found, context: DomainContext): Promise<readonly string[]> {
  const { set, id } = owner.stored;
  return isDirectorySet(set) ? await context.resident.groupsOf({ set, id }, true) : [];
}

function ids(value: readonly string[]): Decision {
  return { outcome: { kind: 'value', typeName: 'Collection(Edm.String)', value, raw: false }, changes: undefined };
}
