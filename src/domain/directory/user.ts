/** Creating and changing users. Passwords are checked and forgotten: nothing of them is stored, shown or recorded. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { checkIfMatch, type Decision } from '../write/change.js';
import { assignedPlans } from './licences.js';
import { parsed, USERS } from './objects.js';
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
import { bindReferences, createObject, updateObject } from './write-object.js';

const BINDABLE = ['manager'];
const NAME = /^[A-Za-z0-9'.\-_!#^~+]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const NICKNAME = /^[^\s@()\\[\]";:<>,]{1,64}$/;

/** POST /users. @throws GraphError directoryValueRequired, directoryValueInvalid, directoryValueTaken and others of the directory (400) */
export async function createUser(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = readCreate(USERS, address.type, body, context);
  const { type } = payload;
  checkRequired(USERS, payload.given, context);
  if (passwordOf(payload.given) === undefined) throw valueRequired(USERS, 'passwordProfile');
  await checkUser(payload.given, context);
  const id = newGuid();
  const now = dateTimeOffset(context.now);
  const given = {
    ...derivedOfUser(payload.given, id),
    signInSessionsValidFromDateTime: now,
    lastPasswordChangeDateTime: now,
    ...payload.given,
  };
  const plans = await assignedPlans(payload.given, undefined, context);
  const json = completed(type, given, { id, passwordProfile: null, assignedPlans: plans ?? [] }, context);
  const references = await bindReferences({ set: USERS, id, json }, payload, BINDABLE, true, context);
  return await createObject(USERS, address, type, json, references, context);
}

/** PATCH /users/{id}, /me. */
export async function updateUser(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const payload = readUpdate(found, body, context);
  const { passwordProfile: _, ...given } = payload.given;
  checkNames(USERS, given, context);
  await checkUser(payload.given, context);
  const now = dateTimeOffset(context.now);
  const password = passwordOf(payload.given) === undefined ? {} : { lastPasswordChangeDateTime: now, signInSessionsValidFromDateTime: now };
  const plans = await assignedPlans(given, found.json(), context);
  const after = merged(found, { ...given, ...password, ...(plans === undefined ? {} : { assignedPlans: plans }) }, context);
  const references = await bindReferences({ set: USERS, id: found.stored.id, json: found.json() }, payload, [], false, context);
  return await updateObject(USERS, found, after, context, references);
}

/** What follows from a new user's id and names. */
export function derivedOfUser({ mail, userPrincipalName }: JsonObject, id: string): JsonObject {
  const name = String(userPrincipalName);
  return {
    userType: 'Member',
    proxyAddresses: typeof mail === 'string' ? [`SMTP:${mail}`] : [],
    identities: [{ signInType: 'userPrincipalName', issuer: domainOf(name), issuerAssignedId: name }],
    securityIdentifier: securityIdentifier(id),
  };
}

function passwordOf(given: JsonObject): string | undefined {
  const profile = given.passwordProfile;
  return isObject(profile) && typeof profile.password === 'string' && profile.password !== '' ? profile.password : undefined;
}

function domainOf(userPrincipalName: string): string {
  return userPrincipalName.slice(userPrincipalName.lastIndexOf('@') + 1);
}

/** The form of a user's names. */
export function checkUserNames(given: JsonObject, context: DomainContext): void {
  checkNames(USERS, { displayName: given.displayName }, context);
  const { userPrincipalName, mailNickname } = given;
  if (typeof mailNickname === 'string' && !NICKNAME.test(mailNickname)) {
    throw valueInvalid(USERS, 'mailNickname', 'It has at most 64 characters, none of them a space or one of @()\\[]";:<>,');
  }
  if (typeof userPrincipalName === 'string' && !NAME.test(userPrincipalName))
    throw graphError('directoryRequestInvalid', { reason: 'Property userPrincipalName is invalid.' }, 'userPrincipalName');
}

async function checkUser(given: JsonObject, context: DomainContext): Promise<void> {
  checkUserNames(given, context);
  const { userPrincipalName } = given;
  const password = passwordOf(given);
  if (password !== undefined && (password.length < 8 || password.length > 256)) {
    const reason = 'The specified password does not comply with password complexity requirements. Please provide a different password.';
    throw graphError('directoryRequestInvalid', { reason }, 'passwordProfile.password');
  }
  if (typeof userPrincipalName !== 'string') return;
  const domains = await verifiedDomains(context);
  if (domains.length > 0 && !domains.includes(domainOf(userPrincipalName).toLowerCase())) {
    const reason =
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.';
    throw graphError('directoryRequestInvalid', { reason }, 'userPrincipalName');
  }
}

/** Lower-case; none where the tenant has no organization, which accepts every name. */
export async function verifiedDomains(context: DomainContext): Promise<readonly string[]> {
  const [organization] = await context.reader.read(context.tenant, [{ set: 'organization', parent: '', id: context.tenant }]);
  const domains = organization === undefined ? undefined : parsed(organization).verifiedDomains;
  if (!Array.isArray(domains)) return [];
  const list = domains as readonly JsonValue[];
  const names = [...list.filter((one) => isObject(one) && one.isDefault === true), ...list];
  return names.flatMap((one) => (isObject(one) && typeof one.name === 'string' ? [one.name.toLowerCase()] : []));
}
