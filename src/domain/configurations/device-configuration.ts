/** Creating, changing and deleting a deviceConfiguration of any type. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import type { StructuredType } from '../../model/schema.js';
import { storedTypes, validatePayload } from '../../model/validate.js';
import type { Item, Outcome, SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { currentAssignments } from '../assignments/lay.js';
import { readAssignment, removeAssignmentOperations } from '../assignments/records.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { actionName } from '../roles/resource-actions.js';
import { grantedTags } from '../roles/rights.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged } from '../write/change.js';
import { bindReferences, referenceProperties, unlinkAll } from './certificate-references.js';
import { maskOmaSettings, omaSecretKey, omaSettingsOf, secretIds } from './oma-settings.js';

export const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';

/** Sets below a configuration that hold entities of their own, besides assignments. */
const CHILD_SETS = [
  'privacyAccessControls',
  'managedDeviceCertificateStates',
  'deviceStatuses',
  'userStatuses',
  'deviceSettingStateSummaries',
];

/** POST /deviceManagement/deviceConfigurations: a concrete type, its certificates bound, its OMA texts hidden. */
export async function createConfiguration(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = validatePayload(context.schema, address.type, body, 'create');
  const [inline] = payload.deepInserts.keys();
  if (inline !== undefined) {
    throw graphError('requestInvalid', { reason: `Create the deviceConfiguration first, then its ${inline} under …/${inline}.` }, inline);
  }
  const type = storedType(payload.type, context);
  requireName(payload.given, true, type);
  const id = newGuid();
  const key: EntityKey = { set: CONFIGURATIONS, parent: '', id };
  const now = dateTimeOffset(context.now);
  const complete = completeEntity(type, {
    ...withScopeTags(payload.given, undefined, 'Create', context),
    id,
    lastModifiedDateTime: now,
    createdDateTime: now,
    supportsScopeTags: true,
    version: 1,
  });
  const { json, operations } = hideSecrets(id, complete, {});
  const references = await bindReferences(id, payload.type, payload.binds, context);
  const expect = [absent(key), ...references.flatMap((reference) => reference.expect)];
  const writes: ChangeOperation[] = [
    { kind: 'put', key, type: type.name, json: JSON.stringify(json) },
    ...operations,
    ...references.map((reference) => ({ kind: 'link' as const, link: reference.link })),
  ];
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(context, expect, writes),
  };
}

/** PATCH: given properties replace, complex ones as a whole; `version` counts up and the time is noted; an unchanged body changes nothing [M]. */
export async function updateConfiguration(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const payload = validatePayload(context.schema, found.type, body, 'update', {
    storedTypeOf: storedTypes(context.schema, found.json()),
  });
  const { stored } = found;
  const type = storedTypeNamed(stored.type, context);
  requireName(payload.given, false, type);
  const before = found.json();
  const { given, operations } = hideGivenSecrets(stored.id, withScopeTags(payload.given, before, 'Update', context), before);
  const references = await bindReferences(stored.id, payload.type, payload.binds, context);
  const merged = mergeUpdate(type, before, given);
  if (merged === before && references.length === 0 && payload.removedBinds.length === 0 && operations.length === 0) {
    return {
      outcome: updated(itemFrom(stored, before, stored.version, found, context), found, context),
      changes: undefined,
    };
  }
  const json = { ...merged, lastModifiedDateTime: dateTimeOffset(context.now), version: Number(before.version) + 1 };
  const expect: Expectation[] = [unchanged(stored), ...references.flatMap((reference) => reference.expect)];
  const writes: ChangeOperation[] = [
    { kind: 'put', key: keyOf(stored), type: stored.type, json: JSON.stringify(json) },
    ...operations,
    ...(await unlinkAll(stored, [...payload.binds.keys(), ...payload.removedBinds], context)),
    ...references.map((reference) => ({ kind: 'link' as const, link: reference.link })),
  ];
  return {
    outcome: updated(itemFrom(stored, json, stored.version + 1, found, context), found, context),
    changes: changeSet(context, expect, writes),
  };
}

function updated(item: Item, { address }: Found, { wire }: DomainContext): Outcome {
  return { kind: 'entity', status: 200, address, item, returns: wire.configurationUpdateReturn };
}

/** DELETE: the configuration with everything below it, its secrets, and the references to and from it. */
export async function deleteConfiguration(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const { stored } = found;
  const assignments = await currentAssignments(stored.id, context);
  const operations: ChangeOperation[] = assignments.flatMap((entity) =>
    removeAssignmentOperations(readAssignment(stored.id, JSON.parse(entity.json) as JsonObject)),
  );
  for (const name of CHILD_SETS) {
    const query = {
      set: `${CONFIGURATIONS}/${name}`,
      parent: stored.id,
      filter: undefined,
      orderBy: [],
      skip: 0,
      limit: undefined,
      count: false,
    };
    const { entities } = await context.reader.list(context.tenant, query);
    operations.push(...entities.map((entity) => ({ kind: 'delete' as const, key: keyOf(entity) })));
  }
  for (const secretId of secretIds(omaSettingsOf(found.json()))) {
    operations.push({ kind: 'delete', key: omaSecretKey(stored.id, secretId), recorded: false });
  }
  operations.push(...(await unlinkAll(stored, referenceProperties(storedTypeNamed(stored.type, context)), context)));
  operations.push(...(await unlinkReferrers(stored, context)));
  operations.push({ kind: 'delete', key: keyOf(stored) });
  return {
    outcome: { kind: 'none', status: context.wire.configurationDeleteStatus },
    changes: changeSet(context, [unchanged(stored), ...assignments.map(unchanged)], operations),
  };
}

const referrerKinds = new WeakMap<object, readonly string[]>();

/** References that other configurations hold to this one. */
async function unlinkReferrers(stored: StoredEntity, context: DomainContext): Promise<readonly ChangeOperation[]> {
  let kinds = referrerKinds.get(context.beta);
  if (kinds === undefined) {
    const base = storedTypeNamed('deviceConfiguration', context);
    kinds = [...new Set([base, ...base.derived].flatMap(referenceProperties))];
    referrerKinds.set(context.beta, kinds);
  }
  const operations: ChangeOperation[] = [];
  for (const kind of kinds) {
    for (const link of await context.reader.links(context.tenant, { kind, to: stored.id })) {
      if (link.toSet === stored.set) operations.push({ kind: 'unlink', link });
    }
  }
  return operations;
}

function storedType(shown: StructuredType, context: DomainContext): StructuredType {
  return storedTypeNamed(shown.name, context);
}

function storedTypeNamed(name: string, context: DomainContext): StructuredType {
  const type = context.beta.types.get(name);
  if (type === undefined) throw graphError('typeUnresolved', { type: `microsoft.graph.${name}` });
  return type;
}

function requireName(given: JsonObject, creating: boolean, type: StructuredType): void {
  const { displayName } = given;
  if (displayName === undefined ? creating : typeof displayName !== 'string' || displayName.trim() === '') {
    throw graphError('propertyRequired', { property: 'displayName', type: type.name }, 'displayName');
  }
}

/** An object without scope tags carries the default one, or those of the role that its maker holds (graph-api spec 1.1). */
function withScopeTags(given: JsonObject, before: JsonObject | undefined, verb: 'Create' | 'Update', context: DomainContext): JsonObject {
  const tags = grantedTags(given.roleScopeTagIds, before?.roleScopeTagIds, actionName('DeviceConfigurations', verb), context);
  return tags === undefined ? given : { ...given, roleScopeTagIds: tags };
}

function hideSecrets(id: string, json: JsonObject, before: JsonObject): { json: JsonObject; operations: readonly ChangeOperation[] } {
  const wanted = omaSettingsOf(json);
  if (wanted.length === 0 && omaSettingsOf(before).length === 0) return { json, operations: [] };
  const { settings, operations } = maskOmaSettings(id, wanted, omaSettingsOf(before));
  return { json: { ...json, omaSettings: settings }, operations };
}

function hideGivenSecrets(
  id: string,
  given: JsonObject,
  before: JsonObject,
): { given: JsonObject; operations: readonly ChangeOperation[] } {
  if (given.omaSettings === undefined) return { given, operations: [] };
  const { json, operations } = hideSecrets(id, given, before);
  return { given: json, operations };
}

function itemFrom(stored: StoredEntity, json: JsonObject, version: number, found: Found, context: DomainContext) {
  return itemOf(keyOf(stored), stored.type, json, version, found.address, context);
}
