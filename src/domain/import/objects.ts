/** Users, devices, groups and categories on lines of their own: completed as their creates complete them, but for what the line says itself. */
import { graphError } from '../../kernel/errors.js';
import type { FramedText } from '../../kernel/framed-text.js';
import { isGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeEntity, entityText } from '../../model/defaults.js';
import type { DomainContext } from '../context.js';
import { claimsOf } from '../directory/claims.js';
import { changeFilling, checkDynamic, checkGroup, checkKept, withState, withStatus } from '../directory/group.js';
import { assignedPlans } from '../directory/licences.js';
import { DEVICES, GROUPS, isDynamic, isFilledByRule, isUnified, kindName, USERS } from '../directory/objects.js';
import { checkNames, securityIdentifier, valueInvalid, valueRequired } from '../directory/payload.js';
import { checkUserNames, derivedOfUser, verifiedDomains } from '../directory/user.js';
import { requireProperties } from '../write/plain.js';
import type { Chunk } from './chunk.js';
import type { ImportContext, MayWait } from './import-context.js';
import { type EntityRecord, refusal } from './record.js';

/** Secrets that a create must give and that no export shows. */
const SECRETS: ReadonlySet<string> = new Set(['passwordProfile', 'alternativeSecurityIds']);

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

function checkDirectoryObject(record: EntityRecord, chunk: Chunk, context: ImportContext): void {
  const { set, id } = record;
  refuseNavigation(record);
  if (!context.lenient) checkWhole(record, context);
  for (const other of [USERS, DEVICES, GROUPS]) {
    if (other === set || !chunk.has({ set: other, parent: '', id })) continue;
    throw refusal(`The id '${id}' is that of a ${kindName(other).toLowerCase()}; users, devices and groups share one space of ids.`, 'id');
  }
}

function checkWhole({ set, payload }: EntityRecord, context: DomainContext): void {
  for (const property of context.surface.sets.get(set)?.required ?? []) {
    if (SECRETS.has(property)) continue;
    const value = payload.given[property];
    if (value === undefined || value === null || value === '') throw valueRequired(set, property);
  }
  checkNames(set, { displayName: payload.given.displayName }, context);
}

/**
 * Put an object, and let what it claims follow.
 * @throws GraphError directoryValueTaken
 */
function putObject(
  { set, id, key, payload, claims }: EntityRecord,
  before: JsonObject | undefined,
  text: FramedText | string,
  chunk: Chunk,
): MayWait {
  for (const claim of claims) {
    const holder = chunk.holder(claim);
    if (holder !== undefined && holder !== id) throw graphError('directoryValueTaken', { property: claim.property }, claim.property);
  }
  const held = before === undefined ? [] : claimsOf(set, before);
  const dropped = held.filter((old) => !claims.some((claim) => claim.key.set === old.key.set && claim.key.id === old.key.id));
  const finish = () => {
    for (const claim of dropped) chunk.release(claim);
    for (const claim of claims) chunk.claim(claim, id);
    chunk.put(key, payload.type.name, text);
  };
  return dropped.length > 0 ? chunk.loadClaims(dropped).then(finish) : finish();
}

export function writeUser(record: EntityRecord, chunk: Chunk, context: ImportContext): MayWait {
  checkDirectoryObject(record, chunk, context);
  const { id, key, payload } = record;
  const { given } = payload;
  if (!context.lenient) checkUserNames(given, context);
  const before = chunk.json(key);
  const { at } = context;
  const times = { createdDateTime: at, signInSessionsValidFromDateTime: at, lastPasswordChangeDateTime: at };
  const madeUp = [standing(times, before), derivedOfUser(given, id)];
  const put = (plans: JsonObject) =>
    putObject(record, before, entityText(payload.type, [...madeUp, plans, given, { id, passwordProfile: null }]), chunk);
  const hasLicences = Array.isArray(given.assignedLicenses) && given.assignedLicenses.length > 0;
  if (given.assignedPlans !== undefined || !hasLicences) return put(NOTHING);
  return assignedPlans(given, before, context).then((plans) => put(plans === undefined ? NOTHING : { assignedPlans: plans }));
}

const NOTHING: JsonObject = {};

export function writeDevice(record: EntityRecord, chunk: Chunk, context: ImportContext): MayWait {
  checkDirectoryObject(record, chunk, context);
  const { id, key, payload } = record;
  const { deviceId } = payload.given;
  if (typeof deviceId !== 'string' || !isGuid(deviceId)) throw valueInvalid(DEVICES, 'deviceId', 'It is a GUID.');
  const own = { id, deviceId: deviceId.toLowerCase() };
  return putObject(record, chunk.json(key), entityText(payload.type, [{ deviceVersion: 2 }, payload.given, own]), chunk);
}

export async function writeGroup(record: EntityRecord, chunk: Chunk, context: ImportContext): Promise<void> {
  checkDirectoryObject(record, chunk, context);
  const { id, key, payload } = record;
  const before = chunk.json(key);
  const given = withState(payload.given);
  const { at } = context;
  const [domain] = isUnified(given) && given.mail === undefined ? await verifiedDomains(context) : [];
  const mail = domain === undefined ? null : `${String(given.mailNickname)}@${domain}`;
  const madeUp = {
    ...standing({ createdDateTime: at, renewedDateTime: at, createdByAppId: context.caller.appId }, before),
    securityIdentifier: securityIdentifier(id),
    organizationId: context.tenant,
    mail,
    proxyAddresses: mail === null ? [] : [`SMTP:${mail}`],
    visibility: isUnified(given) ? 'Public' : null,
  };
  const whole = completeEntity(payload.type, { ...madeUp, ...given }, { id });
  const status = payload.given.membershipRuleProcessingStatus;
  const json = withStatus(whole, isObject(status) ? { ...whole, membershipRuleProcessingStatus: status } : (before ?? {}), context);
  checkImported(before, json, context);
  const moved = before === undefined ? [] : await changeFilling(id, before, json, context);
  await putObject(record, before, JSON.stringify(json), chunk);
  for (const operation of moved) {
    if (operation.kind === 'link') chunk.link(operation.link);
    else if (operation.kind === 'unlink') chunk.unlink(operation.link);
  }
  // Members that this chunk gave the group go with the others where its rule takes over.
  if (isFilledByRule(json)) for (const link of chunk.linksOf('members', id, [])) chunk.unlink(link);
}

/** A living service holds groups that nobody can make through Graph; what a rule says must be understood all the same. */
function checkImported(before: JsonObject | undefined, group: JsonObject, context: ImportContext): void {
  if (context.lenient) {
    if (isDynamic(group)) checkDynamic(group);
    return;
  }
  checkGroup(group, context);
  if (before !== undefined) checkKept(before, group);
}

/** A category that exists keeps its name: its devices show it too. */
export function writeCategory(record: EntityRecord, chunk: Chunk, context: ImportContext): void {
  refuseNavigation(record);
  const { id, key, set, payload } = record;
  requireProperties(payload.given, set, payload.type, context);
  const before = chunk.json(key);
  if (before !== undefined && before.displayName !== payload.given.displayName) {
    const reason = `The category '${id}' is named ${JSON.stringify(before.displayName)}. Rename it with PATCH /deviceManagement/deviceCategories/${id} first, which renames it on its devices too.`;
    throw refusal(reason, 'displayName');
  }
  chunk.put(key, payload.type.name, entityText(payload.type, [payload.given, { id }]));
}
