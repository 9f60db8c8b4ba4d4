/**
 * One line of an import: an entity, a membership or a manager. What a line says by itself is read here; what it means beside everything else
 * is decided in the chunk.
 */
import { describeError, type GraphError, graphError } from '../../kernel/errors.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP, isGuid, newGuid, ZERO_GUID } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { parseJsonBody } from '../../model/read-body.js';
import { bareTypeName, type StructuredType } from '../../model/schema.js';
import type { ValidatedPayload } from '../../model/validate.js';
import { validatePayload } from '../../model/validate.js';
import type { EntityKey } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { type Claim, claimsOf } from '../directory/claims.js';
import { DEVICES, GROUPS, isDirectorySet, USERS } from '../directory/objects.js';
import { readCreate } from '../directory/payload.js';
import { DEVICE_CATEGORIES, MANAGED_DEVICES } from '../managed-devices/records.js';
import type { ObjectRef } from '../resident.js';

/** The bytes of a line without its end, and its number in the file, from 1. */
export interface ImportLine {
  readonly line: number;
  readonly bytes: Uint8Array;
}

export interface EntityRecord {
  readonly kind: 'entity';
  /** What it counts as: `user`, `device`, `group`, `managedDevice`, `deviceCategory`. */
  readonly name: string;
  readonly set: string;
  readonly id: string;
  readonly key: EntityKey;
  readonly payload: ValidatedPayload;
  /** What it alone may hold; nothing that a line completes is claimed. */
  readonly claims: readonly Claim[];
}

export interface LinkRecord {
  readonly kind: 'link';
  /** What it counts as: `member`, `owner`, `manager`. */
  readonly name: string;
  readonly property: 'members' | 'owners' | 'manager';
  readonly ownerSet: 'groups' | 'users';
  readonly owner: string;
  readonly target: string;
  /** Where the target lies; undefined: it is looked for. */
  readonly targetSet: ObjectRef['set'] | undefined;
}

export type ImportRecord = EntityRecord | LinkRecord;

const HOMES: ReadonlyMap<string, string> = new Map([
  ['user', USERS],
  ['device', DEVICES],
  ['group', GROUPS],
  ['managedDevice', MANAGED_DEVICES],
  ['deviceCategory', DEVICE_CATEGORIES],
]);

const FORMS =
  'It is {"@odata.type": "#microsoft.graph.user", …} (user, device, group, managedDevice, deviceCategory), {"group": ID, "member": ID, "memberType": "user"}, {"group": ID, "owner": ID} or {"user": ID, "manager": ID}.';

/** What is wrong with a line, in one text. */
export function refusal(reason: string, target?: string): GraphError {
  return graphError('requestInvalid', { reason }, target);
}

/** @throws GraphError what the line itself has wrong */
export function readLine(bytes: Uint8Array, context: Pick<DomainContext, 'beta'>): ImportRecord {
  const value = parseJsonBody(bytes);
  if (!isObject(value)) throw refusal(`A line is one JSON object. ${FORMS}`);
  const type = value['@odata.type'];
  if (typeof type === 'string') return readEntity(type, value, context.beta);
  if (value.group !== undefined) return readMembership(value);
  if (value.manager !== undefined || value.user !== undefined) return readManager(value);
  throw refusal(`The line says neither what it is nor what it links. ${FORMS}`);
}

const ACCEPT_READ_ONLY = { acceptReadOnly: true } as const;

function readEntity(typeName: string, value: JsonObject, beta: DomainContext['beta']): EntityRecord {
  const type = beta.types.get(bareTypeName(typeName));
  const home = type === undefined ? undefined : homeOf(type);
  if (type === undefined || home === undefined) {
    throw refusal(`'${typeName.slice(0, 100)}' cannot be imported. Types: ${[...HOMES.keys()].join(', ')}.`, '@odata.type');
  }
  const id = value.id === undefined ? newGuid() : guidOf(value.id, 'id');
  if (home.set === GROUPS && (id === ALL_DEVICES_GROUP || id === ALL_USERS_GROUP)) {
    throw refusal(`The id '${id}' is one of the virtual groups 'All devices' and 'All users', which exist without being made.`, 'id');
  }
  const { name, set } = home;
  const payload = isDirectorySet(set)
    ? readCreate(set, type, value, { schema: beta }, ACCEPT_READ_ONLY)
    : validatePayload(beta, type, value, 'create', ACCEPT_READ_ONLY);
  return { kind: 'entity', name, set, id, key: { set, parent: '', id }, payload, claims: claimsOf(set, payload.given) };
}

function homeOf(type: StructuredType): { readonly name: string; readonly set: string } | undefined {
  for (let at: StructuredType | undefined = type; at !== undefined; at = at.base) {
    const set = HOMES.get(at.name);
    if (set !== undefined) return { name: at.name, set };
  }
  return undefined;
}

/** In lower case already, as nearly all are. */
const PLAIN_GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function guidOf(value: JsonValue | undefined, property: string): string {
  if (typeof value === 'string' && value !== ZERO_GUID) {
    if (PLAIN_GUID.test(value)) return value;
    if (isGuid(value)) return value.toLowerCase();
  }
  throw refusal(
    `'${property}' is a GUID such as 5f8d2c1e-9a4b-4c3d-8e7f-0123456789ab, not ${JSON.stringify(value)?.slice(0, 100)}.`,
    property,
  );
}

const MEMBER_SETS: Readonly<Record<string, ObjectRef['set']>> = { user: USERS, device: DEVICES, group: GROUPS };

function readMembership(value: JsonObject): LinkRecord {
  onlyKnown(value, ['group', 'member', 'owner', 'memberType']);
  if ((value.member === undefined) === (value.owner === undefined)) {
    throw refusal("A line with 'group' names either a 'member' or an 'owner' of it.");
  }
  const owner = guidOf(value.group, 'group');
  const base = { kind: 'link', ownerSet: GROUPS, owner } as const;
  const { memberType } = value;
  if (value.owner !== undefined) {
    if (memberType !== undefined && memberType !== 'user') throw refusal('An owner is a user.', 'memberType');
    return { ...base, name: 'owner', property: 'owners', target: guidOf(value.owner, 'owner'), targetSet: USERS };
  }
  const targetSet = typeof memberType === 'string' && Object.hasOwn(MEMBER_SETS, memberType) ? MEMBER_SETS[memberType] : undefined;
  if (memberType !== undefined && targetSet === undefined) {
    throw refusal(`'memberType' is one of ${Object.keys(MEMBER_SETS).join(', ')}.`, 'memberType');
  }
  return { ...base, name: 'member', property: 'members', target: guidOf(value.member, 'member'), targetSet };
}

function readManager(value: JsonObject): LinkRecord {
  onlyKnown(value, ['user', 'manager']);
  const target = guidOf(value.manager, 'manager');
  return {
    kind: 'link',
    name: 'manager',
    property: 'manager',
    ownerSet: USERS,
    owner: guidOf(value.user, 'user'),
    target,
    targetSet: USERS,
  };
}

function onlyKnown(value: JsonObject, known: readonly string[]): void {
  const foreign = Object.keys(value).find((name) => !known.includes(name));
  if (foreign !== undefined) {
    throw refusal(
      `'${foreign.slice(0, 100)}' means nothing on a line of this kind, which has: ${known.join(', ')}.`,
      foreign.slice(0, 100),
    );
  }
}

/** An error's texts for the report of a line: what is wrong and, where it says so, how to mend it. */
export function reasonOf(error: GraphError): string {
  const { message, detail } = describeError(error);
  if (error.kind === 'jsonInvalid') return `This is not JSON: ${String(error.params.reason).replace(/^Line 1, column/, 'column')}`;
  const at = error.target === undefined || message.includes(error.target) || detail?.includes(error.target) ? '' : ` (${error.target})`;
  const position = positionOf(error.params.diagnostics);
  return `${message}${at}${position}${detail === undefined ? '' : ` ${detail}`}`;
}

/** Where in a rule the first fault lies, and what would do there. */
function positionOf(diagnostics: unknown): string {
  const [first] = Array.isArray(diagnostics) ? (diagnostics as readonly Record<string, unknown>[]) : [];
  if (first === undefined) return '';
  const expected = Array.isArray(first.expected) && first.expected.length > 0 ? `; expected ${first.expected.slice(0, 5).join(', ')}` : '';
  return ` (at character ${Number(first.position) + 1} of membershipRule${expected})`;
}
