/** Assignments as Graph and the tools write them; whom they are for is taken out of the target. */
import { isGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { bareTypeName } from '../../model/schema.js';
import type { ExchangeModel } from '../model.js';
import type { GroupReference, Home, ReadAssignment, Reference } from '../record.js';

const FILTER = 'deviceAndAppManagementAssignmentFilterId';
const NO_ID = '00000000-0000-0000-0000-000000000000';

const TYPES: Partial<Record<Home, string>> = {
  deviceConfiguration: 'deviceConfigurationAssignment',
  policySet: 'policySetAssignment',
  roleScopeTag: 'roleScopeTagAutoAssignment',
};

/** Whether the objects of a home are assigned. */
export const isAssigned = (home: Home): boolean => TYPES[home] !== undefined;

/**
 * @param leftOut told what of it is left out
 * @returns undefined where the value is no list of assignments
 */
export function readAssignments(
  value: JsonValue,
  home: Home,
  model: ExchangeModel,
  leftOut: (what: string) => void,
): readonly ReadAssignment[] | undefined {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (!list.every((item): item is JsonObject & { readonly target: JsonObject } => isObject(item) && isObject(item.target)))
    return undefined;
  const known = ['id', ...(model.typeOf(TYPES[home] ?? '')?.properties.keys() ?? [])];
  return list.map((item) => readAssignment(item, known, model, leftOut));
}

function readAssignment(
  { target, ...rest }: JsonObject & { readonly target: JsonObject },
  known: readonly string[],
  model: ExchangeModel,
  leftOut: (what: string) => void,
): ReadAssignment {
  const group = groupOf(target);
  const filter = nameOrId(target[FILTER]);
  const wire: Record<string, JsonValue | undefined> = { target: wireTarget(target, model, leftOut) };
  for (const name of known) if (name !== 'target' && rest[name] !== undefined && rest[name] !== null) wire[name] = rest[name];
  return { wire, ...(group === undefined ? {} : { group }), ...(filter === undefined ? {} : { filter }) };
}

/** IntuneCD names the group in the target, with the rule that fills it. */
function groupOf({ groupId, groupName, membershipRule }: JsonObject): GroupReference | undefined {
  const id = textOf(groupId);
  const name = textOf(groupName);
  if (id === undefined && name === undefined) return undefined;
  const rule = textOf(membershipRule);
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }), ...(rule === undefined ? {} : { rule }) };
}

/** The id of a filter; IntuneCD writes its name in the same place. */
function nameOrId(value: JsonValue | undefined): Reference | undefined {
  const text = textOf(value);
  if (text === undefined || text === NO_ID) return undefined;
  return isGuid(text) ? { id: text } : { name: text };
}

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const TAKEN_OUT: ReadonlySet<string> = new Set(['groupId', 'groupName', 'groupType', 'membershipRule', FILTER]);

function wireTarget(target: JsonObject, model: ExchangeModel, leftOut: (what: string) => void): JsonObject {
  const out: Record<string, JsonValue | undefined> = {};
  const type = typeof target['@odata.type'] === 'string' ? model.typeOf(target['@odata.type']) : undefined;
  for (const [name, value] of Object.entries(target)) {
    if (name === '@odata.type' && typeof value === 'string') out[name] = `#microsoft.graph.${bareTypeName(value)}`;
    else if (TAKEN_OUT.has(name) || name.includes('@') || value === undefined) continue;
    else if (type === undefined || type.properties.has(name)) out[name] = value;
    else leftOut(`property ${name.slice(0, 100)} of ${type.name}`);
  }
  return out;
}
