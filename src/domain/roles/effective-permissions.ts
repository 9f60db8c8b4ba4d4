/**
 * GET /deviceManagement/getEffectivePermissions(scope='…'): what the caller may do. Published texts do not say what a scope names; here it is a scope
 * tag's id, or a group's in the Scope (Groups) of role assignments, and none, '' and '*' are all of them [M].
 */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { value } from '../operations/answer.js';
import type { Place } from '../read/place.js';
import { wholeSet } from '../read/whole-set.js';
import type { Decision } from '../write/change.js';
import { allowedActions, type HeldRole, heldRoles, ROLE_DEFINITIONS } from './held-roles.js';
import { knownActions } from './resource-actions.js';
import { targetScope } from './target-scope.js';

/** Callers whom Intune roles do not bind, applications and the directory's administrators, may do everything there is. */
export async function getEffectivePermissions(
  _place: Place,
  _body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const { userId } = context.caller;
  const { scope } = plan.call?.arguments ?? {};
  const bound = context.rights !== undefined && userId !== undefined;
  const actions = bound ? actionsOf(await heldRoles(userId, context), typeof scope === 'string' ? scope : '') : await everyAction(context);
  const names = [...actions.values()].sort();
  const resourceActions = [{ allowedResourceActions: names, notAllowedResourceActions: [] }];
  const permission: JsonObject = context.schema === context.beta ? { actions: names, resourceActions } : { resourceActions };
  return value('Collection(microsoft.graph.rolePermission)', [permission]);
}

function actionsOf(held: readonly HeldRole[], scope: string): ReadonlyMap<string, string> {
  return new Map(held.filter((role) => reaches(role, scope)).flatMap(({ actions }) => [...actions]));
}

function reaches({ assignment, tags }: HeldRole, scope: string): boolean {
  if (scope === '' || scope === '*' || tags.includes(scope)) return true;
  return targetScope(assignment)?.groups.has(scope.toLowerCase()) ?? false;
}

/** What roles of the tenant allow, and what Muster asks for. */
async function everyAction(context: DomainContext): Promise<ReadonlyMap<string, string>> {
  const definitions = await wholeSet(context, ROLE_DEFINITIONS);
  const defined = definitions.flatMap(({ json }) => [...allowedActions(JSON.parse(json) as JsonObject)]);
  return new Map([...defined, ...knownActions().map((name): [string, string] => [name.toLowerCase(), name])]);
}
