/** Intune role definitions: what a role may do. Built-in ones stand as they are. */
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import { validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged, updated } from '../write/change.js';
import { betaType, requireProperties } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';

/** What the service makes of a plain `roleDefinition` too. */
const TYPE = 'deviceAndAppManagementRoleDefinition';

export const roleDefinitionRules: SetRules = {
  create: (_owner, address, body, context) => createRoleDefinition(address, body, context),
  update: (_owner, found, body, plan, context) => updateRoleDefinition(found, body, plan, context),
  remove: (_owner, found, plan, context) => deleteRoleDefinition(found, plan, context),
};

function createRoleDefinition(address: SetAddress, body: JsonValue, context: DomainContext): Decision {
  const { given } = validatePayload(context.schema, address.type, body, 'create');
  const type = context.beta.types.get(TYPE) ?? address.type;
  requireProperties(given, address.set, type, context);
  const id = newGuid();
  const key = { set: address.set, parent: '', id };
  const json = completeEntity(type, {
    roleScopeTagIds: ['0'],
    ...withPermissions(given),
    id,
    isBuiltIn: false,
    isBuiltInRoleDefinition: false,
  });
  return {
    outcome: { kind: 'entity', status: context.wire.roleCreateStatus, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(context, [absent(key)], [{ kind: 'put', key, type: type.name, json: JSON.stringify(json) }]),
  };
}

/** `permissions` and `rolePermissions` say the same, and so does the older `actions` inside them. */
function withPermissions(given: JsonObject): JsonObject {
  const wanted = isFilled(given.rolePermissions) ? given.rolePermissions : (given.permissions ?? given.rolePermissions);
  if (!Array.isArray(wanted)) return given;
  const level = (wanted as readonly JsonObject[]).map((permission): JsonObject => {
    const resourceActions = (permission.resourceActions ?? []) as readonly JsonObject[];
    const actions = (permission.actions ?? []) as readonly string[];
    if (resourceActions.length === 0 && actions.length > 0) {
      return { ...permission, resourceActions: [{ allowedResourceActions: actions, notAllowedResourceActions: [] }] };
    }
    return { ...permission, actions: resourceActions.flatMap((action) => (action.allowedResourceActions ?? []) as readonly string[]) };
  });
  return { ...given, permissions: level, rolePermissions: level };
}

function isFilled(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function refuseBuiltIn(found: Found): void {
  const { isBuiltIn, isBuiltInRoleDefinition } = found.json();
  if (isBuiltIn !== true && isBuiltInRoleDefinition !== true) return;
  throw graphError('requestInvalid', { reason: `The role definition '${found.stored.id}' is built in and cannot be changed or deleted.` });
}

function updateRoleDefinition(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Decision {
  const { stored } = found;
  checkIfMatch(plan, stored);
  refuseBuiltIn(found);
  const payload = validatePayload(context.schema, found.type, body, 'update').given;
  if (payload.displayName === null || payload.displayName === '') {
    throw graphError('propertyRequired', { property: 'displayName', type: stored.type }, 'displayName');
  }
  // Whether a role is built in is not for a client to say.
  const { isBuiltIn: _one, isBuiltInRoleDefinition: _other, ...given } = payload;
  return updated(found, mergeUpdate(betaType(found.type, context), found.json(), withPermissions(given)), context);
}

async function deleteRoleDefinition(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  refuseBuiltIn(found);
  const uses = await context.reader.links(context.tenant, { kind: 'roleDefinition', to: stored.id });
  if (uses.length > 0) {
    throw graphError('requestInvalid', { reason: `The role definition '${stored.id}' is assigned. Delete its role assignments first.` });
  }
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(stored)], [{ kind: 'delete', key: keyOf(stored) }]) };
}
