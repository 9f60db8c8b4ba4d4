/**
 * One line of an import: an entity, a membership or a manager. What a line says by itself is read here; what it means beside everything else
 * is decided in the chunk.
 */
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP, isGuid, newGuid, ZERO_GUID } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { parseJsonBody } from '../../model/read-body.js';
import { bareTypeName, type StructuredType } from '../../model/schema.js';
import { validatePayload } from '../../model/validate.js';
import { ASSIGNMENT_FILTERS } from '../assignments/records.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { DomainContext } from '../context.js';
import { claimsOf } from '../directory/claims.js';
import { DEVICES, GROUPS, isDirectorySet, USERS } from '../directory/objects.js';
import { readCreate } from '../directory/payload.js';
import { DEVICE_CATEGORIES, MANAGED_DEVICES } from '../managed-devices/records.js';
import { POLICY_SETS } from '../policy-sets/records.js';
import type { ObjectRef } from '../resident.js';
import { ROLE_SCOPE_TAGS } from '../roles/rights.js';
import { readShownReferences } from './configuration-references.js';
import { KEPT_MEMBER, keptRecord, readKept } from './kept.js';
import { type EntityRecord, type ImportRecord, type KeptRecord, type LinkRecord, refusal } from './record.js';

const HOMES: ReadonlyMap<string, string> = new Map([
  ['user', USERS],
  ['device', DEVICES],
  ['group', GROUPS],
  ['managedDevice', MANAGED_DEVICES],
  ['deviceCategory', DEVICE_CATEGORIES],
  ['roleScopeTag', ROLE_SCOPE_TAGS],
  ['deviceAndAppManagementAssignmentFilter', ASSIGNMENT_FILTERS],
  ['deviceConfiguration', CONFIGURATIONS],
  ['policySet', POLICY_SETS],
]);

/** Sets that devices are configured by: to write them asks for a permission of its own. */
const CONFIGURING: ReadonlySet<string> = new Set([ROLE_SCOPE_TAGS, ASSIGNMENT_FILTERS, CONFIGURATIONS, POLICY_SETS]);

const FORMS =
  'It is {"@odata.type": "#microsoft.graph.user", …} (or device, group, managedDevice, deviceCategory, roleScopeTag, deviceAndAppManagementAssignmentFilter, policySet, any type of configuration), {"group": ID, "member": ID, "memberType": "user"}, {"group": ID, "owner": ID}, {"user": ID, "manager": ID} or {"@muster.kept": …}.';

/** Whether what the model does not know is left out, or kept, instead of being refused. */
export interface LineContext extends Pick<DomainContext, 'beta'> {
  readonly lenient: boolean;
}

/** @throws GraphError what the line itself has wrong */
export function readLine(bytes: Uint8Array, context: LineContext): ImportRecord {
  const value = parseJsonBody(bytes);
  if (!isObject(value)) throw refusal(`A line is one JSON object. ${FORMS}`);
  const type = value['@odata.type'];
  if (typeof type === 'string') return readEntity(type, value, context);
  if (value[KEPT_MEMBER] !== undefined) return readKept(value);
  if (value.group !== undefined) return readMembership(value);
  if (value.manager !== undefined || value.user !== undefined) return readManager(value);
  throw refusal(`The line says neither what it is nor what it links. ${FORMS}`);
}

/** Whether a record is of what devices are configured by, or of what is kept. */
export function configures(record: ImportRecord): boolean {
  return record.kind === 'kept' || (record.kind === 'entity' && CONFIGURING.has(record.set));
}

const ACCEPT_READ_ONLY = { acceptReadOnly: true } as const;
const NONE_LEFT_OUT: readonly string[] = [];
const NONE_SHOWN: EntityRecord['shown'] = new Map();

function readEntity(typeName: string, value: JsonObject, { beta, lenient }: LineContext): EntityRecord | KeptRecord {
  const type = beta.types.get(bareTypeName(typeName));
  const home = type === undefined ? undefined : homeOf(type);
  if (type === undefined || home === undefined) {
    if (lenient && typeof value.id === 'string') return unknownKept(typeName, value, value.id);
    throw refusal(`'${typeName.slice(0, 100)}' cannot be imported. Types: ${[...HOMES.keys()].join(', ')}.`, '@odata.type');
  }
  const { name, set } = home;
  const id = set === ROLE_SCOPE_TAGS ? tagIdOf(value.id) : value.id === undefined ? newGuid() : guidOf(value.id, 'id');
  if (set === GROUPS && (id === ALL_DEVICES_GROUP || id === ALL_USERS_GROUP)) {
    throw refusal(`The id '${id}' is one of the virtual groups 'All devices' and 'All users', which exist without being made.`, 'id');
  }
  const leftOut: string[] = [];
  const options = lenient ? { acceptReadOnly: true, leaveOut: (path: string) => void leftOut.push(path) } : ACCEPT_READ_ONLY;
  const { body, shown } = set === CONFIGURATIONS ? readShownReferences(type, value) : { body: value, shown: NONE_SHOWN };
  const payload = isDirectorySet(set)
    ? readCreate(set, type, body, { schema: beta }, options)
    : validatePayload(beta, type, body, 'create', options);
  return {
    kind: 'entity',
    name,
    set,
    id,
    key: { set, parent: '', id },
    payload,
    claims: claimsOf(set, payload.given),
    shown,
    leftOut: leftOut.length === 0 ? NONE_LEFT_OUT : leftOut,
  };
}

/** Of a type that a newer service has. */
function unknownKept(typeName: string, content: JsonObject, id: string): KeptRecord {
  const type = typeName.slice(0, 200);
  const name = typeof content.displayName === 'string' ? content.displayName.slice(0, 1024) : null;
  const file = (text: string) => text.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_');
  return keptRecord({ type, name, path: `${file(bareTypeName(type))}/${file(id.slice(0, 200))}.json`, format: 'graph', content });
}

/** Scope tags are numbered. */
function tagIdOf(value: JsonValue | undefined): string {
  if (typeof value === 'string' && /^(?:0|[1-9]\d{0,8})$/.test(value)) return value;
  throw refusal(`'id' of a roleScopeTag is a number in a text such as "3", not ${JSON.stringify(value)?.slice(0, 100)}.`, 'id');
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
