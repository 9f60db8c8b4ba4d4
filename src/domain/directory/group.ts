/** Creating and changing groups: assigned or dynamic, security or Microsoft 365. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { checkIfMatch, type Decision } from '../write/change.js';
import { checkMembershipRule } from './membership-rule.js';
import { GROUPS, isDynamic, isFilledByRule, isUnified, objectKey, USERS } from './objects.js';
import {
  checkNames,
  checkRequired,
  completed,
  merged,
  readCreate,
  readUpdate,
  securityIdentifier,
  valueInvalid,
  valueRequired,
} from './payload.js';
import { addReferences, type ReferenceChange } from './references.js';
import { verifiedDomains } from './user.js';
import { bindReferences, createObject, updateObject } from './write-object.js';

const BINDABLE = ['members', 'owners'];
const TYPES: ReadonlySet<JsonValue> = new Set(['Unified', 'DynamicMembership']);
const STATES = ['On', 'Paused'] as const;
const NICKNAME = /^[^\s@()\\[\]";:<>,]{1,64}$/;

/** POST /groups. @throws GraphError of the directory (400, 403, 404) */
export async function createGroup(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = readCreate(GROUPS, address.type, body, context);
  const { type } = payload;
  checkRequired(GROUPS, payload.given, context);
  const given = withState(payload.given);
  if (!isDynamic(given) && typeof given.membershipRule === 'string') {
    throw valueInvalid(GROUPS, 'membershipRule', "Only a group whose groupTypes hold 'DynamicMembership' is made with a rule.");
  }
  const id = newGuid();
  const now = dateTimeOffset(context.now);
  const { mailNickname } = given;
  const [domain] = isUnified(given) ? await verifiedDomains(context) : [];
  const mail = domain === undefined ? null : `${String(mailNickname)}@${domain}`;
  const service: JsonObject = {
    id,
    renewedDateTime: now,
    securityIdentifier: securityIdentifier(id),
    mail,
    proxyAddresses: mail === null ? [] : [`SMTP:${mail}`],
    createdByAppId: context.caller.appId,
    organizationId: context.tenant,
  };
  const json = withStatus(completed(type, { visibility: isUnified(given) ? 'Public' : null, ...given }, service, context), {}, context);
  checkGroup(json, context);
  const owner = { set: GROUPS, id, json } as const;
  const bound = await bindReferences(owner, payload, BINDABLE, true, context);
  const creator = payload.binds.has('owners') ? undefined : await creatorAsOwner(owner, context);
  return await createObject(GROUPS, address, type, json, creator === undefined ? bound : joined(bound, creator), context);
}

/** PATCH /groups/{id}, `members@odata.bind` included. */
export async function updateGroup(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const payload = readUpdate(found, body, context);
  const given = withState(payload.given);
  checkNames(GROUPS, given, context);
  const before = found.json();
  const changed = merged(found, given, context);
  const after = changed === before ? before : withStatus(changed, before, context);
  if (after !== before) {
    checkKept(before, after);
    checkGroup(after, context);
  }
  const bound = await bindReferences({ set: GROUPS, id: found.stored.id, json: after }, payload, BINDABLE, false, context);
  const filled = await changeFilling(found.stored.id, before, after, context);
  return await updateObject(GROUPS, found, after, context, joined(bound, { expect: [], operations: filled }));
}

function joined(left: ReferenceChange, right: ReferenceChange): ReferenceChange {
  return { expect: [...left.expect, ...right.expect], operations: [...left.operations, ...right.operations] };
}

/** `membershipRuleProcessingState` in its own spelling, whatever the client's; the status is the service's to say. */
export function withState({ membershipRuleProcessingStatus: _, ...given }: JsonObject): JsonObject {
  const { membershipRuleProcessingState: state } = given;
  if (typeof state !== 'string') return given;
  const known = STATES.find((one) => one.toLowerCase() === state.toLowerCase());
  if (known === undefined) throw valueInvalid(GROUPS, 'membershipRuleProcessingState', `It is one of ${STATES.join(', ')}.`);
  return { ...given, membershipRuleProcessingState: known };
}

/** How far the rule has been carried out (beta, when selected): at once, whenever it or its state changes; null while it does nothing. */
export function withStatus(after: JsonObject, before: JsonObject, context: DomainContext): JsonObject {
  if (!isFilledByRule(after)) return { ...after, membershipRuleProcessingStatus: null };
  const stays = isFilledByRule(before) && before.membershipRule === after.membershipRule;
  const status = { status: 'Succeeded', lastMembershipUpdated: dateTimeOffset(context.now), errorMessage: null };
  return { ...after, membershipRuleProcessingStatus: stays ? (before.membershipRuleProcessingStatus ?? null) : status };
}

/** What must hold of a whole group. */
export function checkGroup(group: JsonObject, context: DomainContext): void {
  checkNames(GROUPS, group, context);
  const { groupTypes, mailNickname } = group;
  const foreign = (Array.isArray(groupTypes) ? (groupTypes as readonly JsonValue[]) : []).find((one) => !TYPES.has(one));
  if (foreign !== undefined) throw valueInvalid(GROUPS, 'groupTypes', `'${String(foreign)}' is none of ${[...TYPES].join(', ')}.`);
  if (typeof mailNickname !== 'string' || !NICKNAME.test(mailNickname)) {
    throw valueInvalid(GROUPS, 'mailNickname', 'It has at most 64 characters, none of them a space or one of @()\\[]";:<>,');
  }
  if (isUnified(group) && group.mailEnabled !== true) throw valueInvalid(GROUPS, 'mailEnabled', 'A Microsoft 365 group is mail-enabled.');
  if (!isUnified(group) && (group.mailEnabled === true || group.securityEnabled !== true)) {
    const reason =
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.';
    throw graphError('directoryRequestInvalid', { reason }, group.mailEnabled === true ? 'mailEnabled' : 'securityEnabled');
  }
  if (isDynamic(group)) checkDynamic(group);
}

/** What must hold of a group with a rule. */
export function checkDynamic(group: JsonObject): void {
  const { membershipRule, membershipRuleProcessingState } = group;
  if (typeof membershipRule !== 'string' || membershipRule.trim() === '') throw valueRequired(GROUPS, 'membershipRule');
  if (typeof membershipRuleProcessingState !== 'string') throw valueRequired(GROUPS, 'membershipRuleProcessingState');
  if (group.isAssignableToRole === true) throw valueInvalid(GROUPS, 'isAssignableToRole', 'A dynamic group cannot be assigned to roles.');
  checkMembershipRule(membershipRule, isUnified(group) ? 'user' : undefined);
}

/** What a group is made with and keeps (reference: Update group). */
export function checkKept(before: JsonObject, after: JsonObject): void {
  if (isUnified(before) !== isUnified(after))
    throw valueInvalid(GROUPS, 'groupTypes', 'A group cannot become, or cease to be, a Microsoft 365 group.');
  if (before.mailEnabled !== after.mailEnabled) throw valueInvalid(GROUPS, 'mailEnabled', 'It cannot change.');
  if (before.isAssignableToRole !== after.isAssignableToRole) throw valueInvalid(GROUPS, 'isAssignableToRole', 'It cannot change.');
}

/**
 * The links that a group gains and loses as its rule begins or ends to fill it: whoever the rule had put there stays as a link once it no
 * longer does; whoever was linked goes when the rule takes over.
 */
export async function changeFilling(
  id: string,
  before: JsonObject,
  after: JsonObject,
  context: DomainContext,
): Promise<readonly ChangeOperation[]> {
  const [was, is] = [isFilledByRule(before), isFilledByRule(after)];
  if (was === is) return [];
  const links = await context.reader.links(context.tenant, { kind: 'members', from: id });
  const members = was ? ((await context.resident.dynamicMembers(id)) ?? []) : [];
  const stay = new Set(members.map((member) => `${member.set}/${member.id}`));
  const held = new Set(links.map((link) => `${link.toSet}/${link.to}`));
  return [
    ...links.filter((link) => !stay.has(`${link.toSet}/${link.to}`)).map((link) => ({ kind: 'unlink' as const, link })),
    ...members
      .filter((member) => !held.has(`${member.set}/${member.id}`))
      .map((member) => ({ kind: 'link' as const, link: { kind: 'members', from: id, to: member.id, toSet: member.set } })),
  ];
}

/** A user who makes a group without naming owners owns it (reference: Create group). */
async function creatorAsOwner(
  owner: { readonly set: 'groups'; readonly id: string; readonly json: JsonObject },
  context: DomainContext,
): Promise<ReferenceChange | undefined> {
  const { kind, userId } = context.caller;
  if (kind !== 'delegated' || userId === undefined) return undefined;
  const [user] = await context.reader.read(context.tenant, [objectKey({ set: USERS, id: userId })]);
  return user === undefined ? undefined : await addReferences(owner, 'owners', [`users/${userId}`], true, context);
}
