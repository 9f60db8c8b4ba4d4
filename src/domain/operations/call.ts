/** Bound actions and functions, each one use case. */
import { graphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import { assign } from '../assignments/assign.js';
import { omaSecretKey } from '../configurations/oma-settings.js';
import type { DomainContext } from '../context.js';
import { evaluateMembershipOfGroup, evaluateMembershipRule } from '../directory/evaluate-membership.js';
import { getByIds } from '../directory/get-by-ids.js';
import { checkMember, getMember } from '../directory/membership-functions.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import { entityOf } from '../read/walk-path.js';
import type { Decision } from '../write/change.js';
import { deviceManagementOperations } from './device-management.js';

type Operation = (owner: Found, body: JsonValue | undefined, plan: Plan, context: DomainContext) => Promise<Decision>;

const entityOperations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['deviceConfiguration.assign', (owner, body, _plan, context) => assign(owner, body, context)],
  ['deviceConfiguration.getOmaSettingPlainTextValue', (owner, _body, plan, context) => getOmaSettingPlainTextValue(owner, plan, context)],
  ['directoryObject.checkMemberGroups', (owner, body, plan, context) => checkMember('groupIds', owner, body, plan, context)],
  ['directoryObject.checkMemberObjects', (owner, body, plan, context) => checkMember('ids', owner, body, plan, context)],
  ['directoryObject.getMemberGroups', getMember],
  ['directoryObject.getMemberObjects', getMember],
  ['group.evaluateDynamicMembership', evaluateMembershipOfGroup],
]);

type CollectionOperation = (body: JsonValue | undefined, plan: Plan, context: DomainContext) => Promise<Decision>;

/** What is bound to a whole set. */
const collectionOperations: ReadonlyMap<string, CollectionOperation> = new Map<string, CollectionOperation>([
  ['directoryObject.getByIds', getByIds],
  ['group.evaluateDynamicMembership', evaluateMembershipRule],
]);

export async function call(place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const operation = plan.call?.operation;
  const name = operation?.bound === undefined ? '' : `${operation.bound.type.name}.${operation.name}`;
  const managed = deviceManagementOperations.get(name);
  if (managed !== undefined) return await managed(place, body, plan, context);
  if (operation?.bound?.collection === true) {
    const runOnSet = collectionOperations.get(name);
    if (runOnSet === undefined || place.kind !== 'set') throw routeMissing(plan);
    return await runOnSet(body, plan, context);
  }
  const owner = entityOf(place);
  const run = entityOperations.get(name);
  if (run === undefined || owner === undefined) throw routeMissing(plan);
  return await run(owner, body, plan, context);
}

/** The one way to a hidden OMA text: `getOmaSettingPlainTextValue(secretReferenceValueId='…')` -> Edm.String. */
async function getOmaSettingPlainTextValue(owner: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const secretId = plan.call?.arguments.secretReferenceValueId;
  if (typeof secretId !== 'string' || secretId === '') {
    throw graphError('parameterInvalid', { operation: 'getOmaSettingPlainTextValue', reason: "give secretReferenceValueId='…'." });
  }
  const [secret] = await context.reader.read(context.tenant, [omaSecretKey(owner.stored.id, secretId)]);
  if (secret === undefined) throw graphError('resourceNotFound', { resource: 'omaSetting secret', id: secretId });
  const { value } = JSON.parse(secret.json) as { value: JsonValue };
  return { outcome: { kind: 'value', typeName: 'Edm.String', value, raw: false }, changes: undefined };
}
