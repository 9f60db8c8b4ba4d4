/** Role scope tags: ids are decimal strings that count up, "0" is the tenant's default tag (graph-api spec 2.3). */

import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { parametersOf, value } from '../operations/answer.js';
import { entities } from '../operations/entities.js';
import type { Found, Place } from '../read/place.js';
import { toFound } from '../read/walk-path.js';
import { wholeSet } from '../read/whole-set.js';
import { ROLE_SCOPE_TAGS } from '../roles/rights.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged } from '../write/change.js';
import { readCounter } from '../write/counter.js';
import { betaType, requireProperties, updatePlain } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';
import { currentAutoAssignments } from './auto-assignments.js';

export const scopeTagRules: SetRules = {
  create: (_owner, address, body, context) => createScopeTag(address, body, context),
  update: (_owner, found, body, plan, context) => {
    refuseBuiltIn(found);
    if (isObject(body) && body.displayName !== undefined && String(body.displayName ?? '').trim() === '') {
      throw graphError('propertyRequired', { property: 'displayName', type: found.type.name }, 'displayName');
    }
    return updatePlain(found, body, plan, context);
  },
  remove: (_owner, found, plan, context) => deleteScopeTag(found, plan, context),
};

async function createScopeTag(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = validatePayload(context.schema, address.type, body, 'create');
  const type = betaType(payload.type, context);
  requireProperties(payload.given, address.set, type, context);
  const counter = await readCounter('roleScopeTags', context);
  const number = Math.max(counter.value, ...(await allTags(context)).map(({ id }) => (/^\d{1,9}$/.test(id) ? Number(id) : 0))) + 1;
  const id = String(number);
  const key = { set: address.set, parent: '', id };
  const json = completeEntity(type, { ...payload.given, id, isBuiltIn: false });
  return {
    outcome: { kind: 'entity', status: context.wire.roleCreateStatus, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(
      context,
      [absent(key), counter.expect],
      [{ kind: 'put', key, type: type.name, json: JSON.stringify(json) }, counter.set(number)],
    ),
  };
}

function refuseBuiltIn(found: Found): void {
  if (found.json().isBuiltIn !== true) return;
  throw graphError('requestInvalid', { reason: `The role scope tag '${found.stored.id}' is built in and cannot be changed or deleted.` });
}

/** A tag that role assignments reach objects by stays until they no longer do [M]. */
async function deleteScopeTag(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  refuseBuiltIn(found);
  const uses = await context.reader.links(context.tenant, { kind: 'roleScopeTags', to: stored.id });
  if (uses.length > 0) {
    const reason = `The role scope tag '${stored.id}' is used by ${uses.length} role assignment(s). Remove it from them first.`;
    throw graphError('requestInvalid', { reason });
  }
  const below = await currentAutoAssignments(stored.id, context);
  const operations: ChangeOperation[] = [...below, stored].map((entity) => ({ kind: 'delete', key: keyOf(entity) }));
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(stored), ...below.map(unchanged)], operations) };
}

async function allTags(context: DomainContext): Promise<readonly StoredEntity[]> {
  return await wholeSet(context, ROLE_SCOPE_TAGS);
}

/** POST …/roleScopeTags/getRoleScopeTagsById `{roleScopeTagIds}`: those that exist, in the order asked for. */
export async function getRoleScopeTagsById(
  _place: Place,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const ids = parametersOf(body, plan, context).roleScopeTagIds;
  return await tagsById(Array.isArray(ids) ? (ids as readonly string[]) : [], plan, context);
}

/** GET /deviceManagement/getRoleScopeTagsByIds(ids=@ids). */
export async function getRoleScopeTagsByIds(
  _place: Place,
  _body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const ids = plan.call?.arguments.ids;
  return await tagsById(Array.isArray(ids) ? (ids as readonly string[]) : [], plan, context);
}

async function tagsById(ids: readonly string[], plan: Plan, context: DomainContext): Promise<Decision> {
  const type = context.schema.types.get('roleScopeTag');
  if (type === undefined) throw graphError('segmentUnknown', { segment: 'roleScopeTags' });
  const address: SetAddress = { set: ROLE_SCOPE_TAGS, parent: '', type };
  const keys = [...new Set(ids)].map((id) => ({ set: ROLE_SCOPE_TAGS, parent: '', id }));
  const tags = await context.reader.read(context.tenant, keys);
  const found = tags.flatMap((tag) => (tag === undefined ? [] : [toFound(tag, address, context)]));
  return await entities(found, address, plan, context);
}

/** GET …/roleScopeTags/hasCustomRoleScopeTag(). */
export async function hasCustomRoleScopeTag(
  _place: Place,
  _body: JsonValue | undefined,
  _plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const custom = (await allTags(context)).some((tag) => (JSON.parse(tag.json) as JsonObject).isBuiltIn !== true);
  return value('Edm.Boolean', custom);
}
