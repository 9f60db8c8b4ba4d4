/** Users, devices, groups and categories on lines of their own: completed as their creates complete them, but for what the line says itself. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { isGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import type { StructuredType } from '../../model/schema.js';
import type { EntityKey } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { type Claim, claimsOf } from '../directory/claims.js';
import { changeFilling, checkGroup, checkKept, withState, withStatus } from '../directory/group.js';
import { assignedPlans } from '../directory/licences.js';
import { DEVICES, GROUPS, isFilledByRule, isUnified, kindName, USERS } from '../directory/objects.js';
import { checkNames, securityIdentifier, valueInvalid, valueRequired } from '../directory/payload.js';
import { checkUserNames, derivedOfUser, verifiedDomains } from '../directory/user.js';
import { requireProperties } from '../write/plain.js';
import type { Chunk } from './chunk.js';
import { type EntityRecord, refusal } from './line.js';

/** Secrets that a create must give and that no export shows. */
const SECRETS: ReadonlySet<string> = new Set(['passwordProfile', 'alternativeSecurityIds']);

export function keyOfRecord({ set, id }: EntityRecord): EntityKey {
  return { set, parent: '', id };
}

/** Values that a create makes up: of an object that exists already they stay. */
export function standing(madeUp: JsonObject, before: JsonObject | undefined): JsonObject {
  if (before === undefined) return madeUp;
  const out: Record<string, JsonValue | undefined> = {};
  for (const name of Object.keys(madeUp)) out[name] = before[name] ?? madeUp[name];
  return out;
}

/** @throws GraphError where the line would link along with the object */
export function refuseNavigation({ payload }: EntityRecord, allowed: readonly string[] = []): void {
  for (const name of [...payload.binds.keys(), ...payload.deepInserts.keys()]) {
    if (allowed.includes(name)) continue;
    const reason = `'${name}' is not imported along with its object: write a line of its own for each, such as {"group": ID, "member": ID}.`;
    throw refusal(reason, name);
  }
}

function checkDirectoryObject(record: EntityRecord, chunk: Chunk, context: DomainContext): void {
  const { set, id, payload } = record;
  refuseNavigation(record);
  for (const property of context.surface.sets.get(set)?.required ?? []) {
    if (SECRETS.has(property)) continue;
    const value = payload.given[property];
    if (value === undefined || value === null || value === '') throw valueRequired(set, property);
  }
  checkNames(set, { displayName: payload.given.displayName }, context);
  for (const other of [USERS, DEVICES, GROUPS]) {
    if (other === set || !chunk.has({ set: other, parent: '', id })) continue;
    throw refusal(`The id '${id}' is that of a ${kindName(other).toLowerCase()}; users, devices and groups share one space of ids.`, 'id');
  }
}

interface ClaimPlan {
  readonly wanted: readonly Claim[];
  readonly dropped: readonly Claim[];
}

/** @throws GraphError directoryValueTaken */
function planClaims(set: string, id: string, before: JsonObject | undefined, after: JsonObject, chunk: Chunk): ClaimPlan {
  const wanted = claimsOf(set, after);
  for (const claim of wanted) {
    const holder = chunk.holder(claim);
    if (holder !== undefined && holder !== id) throw graphError('directoryValueTaken', { property: claim.property }, claim.property);
  }
  if (before === undefined) return { wanted, dropped: [] };
  const dropped = claimsOf(set, before).filter((old) => !wanted.some(({ key }) => key.set === old.key.set && key.id === old.key.id));
  return { wanted, dropped };
}

async function putObject(record: EntityRecord, before: JsonObject | undefined, json: JsonObject, chunk: Chunk): Promise<void> {
  const { set, id, payload } = record;
  const { wanted, dropped } = planClaims(set, id, before, json, chunk);
  if (dropped.length > 0) await chunk.loadClaims(dropped);
  for (const claim of dropped) chunk.release(claim);
  for (const claim of wanted) chunk.claim(claim, id);
  chunk.put(keyOfRecord(record), payload.type.name, json);
}

function complete(type: StructuredType, madeUp: JsonObject, given: JsonObject, set: JsonObject): JsonObject {
  return completeEntity(type, { ...madeUp, ...given }, set);
}

export async function writeUser(record: EntityRecord, chunk: Chunk, context: DomainContext): Promise<void> {
  checkDirectoryObject(record, chunk, context);
  const { id } = record;
  const { passwordProfile: _, ...given } = record.payload.given;
  checkUserNames(given, context);
  const before = chunk.json(keyOfRecord(record));
  const now = dateTimeOffset(context.now);
  const times = { createdDateTime: now, signInSessionsValidFromDateTime: now, lastPasswordChangeDateTime: now };
  const hasLicences = Array.isArray(given.assignedLicenses) && given.assignedLicenses.length > 0;
  const plans = given.assignedPlans === undefined && hasLicences ? await assignedPlans(given, before, context) : undefined;
  const madeUp = { ...standing(times, before), ...derivedOfUser(given, id), ...(plans === undefined ? {} : { assignedPlans: plans }) };
  await putObject(record, before, complete(record.payload.type, madeUp, given, { id, passwordProfile: null }), chunk);
}

export async function writeDevice(record: EntityRecord, chunk: Chunk, context: DomainContext): Promise<void> {
  checkDirectoryObject(record, chunk, context);
  const { id, payload } = record;
  const { deviceId } = payload.given;
  if (typeof deviceId !== 'string' || !isGuid(deviceId)) throw valueInvalid(DEVICES, 'deviceId', 'It is a GUID.');
  const before = chunk.json(keyOfRecord(record));
  await putObject(
    record,
    before,
    complete(payload.type, { deviceVersion: 2 }, payload.given, { id, deviceId: deviceId.toLowerCase() }),
    chunk,
  );
}

export async function writeGroup(record: EntityRecord, chunk: Chunk, context: DomainContext): Promise<void> {
  checkDirectoryObject(record, chunk, context);
  const { id, payload } = record;
  const before = chunk.json(keyOfRecord(record));
  const given = withState(payload.given);
  const now = dateTimeOffset(context.now);
  const [domain] = isUnified(given) && given.mail === undefined ? await verifiedDomains(context) : [];
  const mail = domain === undefined ? null : `${String(given.mailNickname)}@${domain}`;
  const madeUp = {
    ...standing({ createdDateTime: now, renewedDateTime: now, createdByAppId: context.caller.appId }, before),
    securityIdentifier: securityIdentifier(id),
    organizationId: context.tenant,
    mail,
    proxyAddresses: mail === null ? [] : [`SMTP:${mail}`],
    visibility: isUnified(given) ? 'Public' : null,
  };
  const whole = complete(payload.type, madeUp, given, { id });
  const status = payload.given.membershipRuleProcessingStatus;
  const json = withStatus(whole, isObject(status) ? { ...whole, membershipRuleProcessingStatus: status } : (before ?? {}), context);
  checkGroup(json, context);
  if (before !== undefined) checkKept(before, json);
  const moved = before === undefined ? [] : await changeFilling(id, before, json, context);
  await putObject(record, before, json, chunk);
  for (const operation of moved) {
    if (operation.kind === 'link') chunk.link(operation.link);
    else if (operation.kind === 'unlink') chunk.unlink(operation.link);
  }
  // Members that this chunk gave the group go with the others where its rule takes over.
  if (isFilledByRule(json)) for (const link of chunk.linksOf('members', id, [])) chunk.unlink(link);
}

/** A category that exists keeps its name: its devices show it too. */
export function writeCategory(record: EntityRecord, chunk: Chunk, context: DomainContext): void {
  refuseNavigation(record);
  const { id, set, payload } = record;
  requireProperties(payload.given, set, payload.type, context);
  const before = chunk.json(keyOfRecord(record));
  if (before !== undefined && before.displayName !== payload.given.displayName) {
    const reason = `The category '${id}' is named ${JSON.stringify(before.displayName)}. Rename it with PATCH /deviceManagement/deviceCategories/${id} first, which renames it on its devices too.`;
    throw refusal(reason, 'displayName');
  }
  chunk.put(keyOfRecord(record), payload.type.name, completeEntity(payload.type, { ...payload.given, id }));
}
