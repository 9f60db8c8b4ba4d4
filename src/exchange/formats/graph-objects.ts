/** Objects and pages as Graph answers with them, and as most tools write them to files. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { bareTypeName, type StructuredType } from '../../model/schema.js';
import type { Place } from '../files/fault.js';
import type { ExchangeModel } from '../model.js';
import type { ExportRecord, Home, ObjectRecord, ReadAssignment, ReadBinding } from '../record.js';
import { isAssigned, readAssignments } from './assignments.js';
import { cleanObject } from './clean.js';
import { type GraphContext, parseContext, typeOfSet } from './context.js';
import { readKept } from './kept.js';

export interface GraphHints {
  /** Bare name of the type that objects have which do not say it. */
  readonly type?: string | undefined;
  /** What objects that Muster does not serve are called, where nothing says more. */
  readonly folder: string;
  /** Path without ending below which the objects of a list would lie, each by itself. */
  readonly base?: string | undefined;
  /** The same, while a list is read. */
  readonly listed?: string | undefined;
  /** The id of an object that does not say it. */
  readonly id?: string | undefined;
  /** What else of an object refers to configurations. */
  readonly bindings?: (object: JsonObject) => readonly ReadBinding[];
  /** Whether objects name their scope tags, where Graph gives the ids. */
  readonly tagsByName?: boolean;
}

const MOST_NESTED = 8;

/** One object. What Muster does not serve is kept as it is. */
export function graphObject(
  object: JsonObject,
  place: Place,
  hints: GraphHints,
  model: ExchangeModel,
): Generator<ExportRecord, void, void> {
  return single(object, place, parseContext(object['@odata.context']), hints, model);
}

/** A page, an object, the answer to a batch, or a list of these. */
export function* graphRecords(
  value: JsonValue,
  place: Place,
  hints: GraphHints,
  model: ExchangeModel,
): Generator<ExportRecord, void, void> {
  yield* within(value, place, hints, model, 0);
}

function* within(
  value: JsonValue,
  place: Place,
  hints: GraphHints,
  model: ExchangeModel,
  depth: number,
): Generator<ExportRecord, void, void> {
  if (depth > MOST_NESTED) yield { kind: 'fault', place, reason: 'Lists lie in lists, again and again: this is no export.' };
  else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly JsonValue[]).entries())
      yield* within(item, inside(place, `[${index}]`), { ...hints, listed: hints.base }, model, depth + 1);
  } else if (!isObject(value)) yield { kind: 'fault', place, reason: `An object is due, not ${shown(value)}.` };
  else if (Array.isArray(value.value) && value.id === undefined) yield* page(value, place, hints, model, depth);
  else if (Array.isArray(value.responses) && value.id === undefined) yield* batch(value.responses, place, hints, model, depth);
  else yield* single(value, place, parseContext(value['@odata.context']), hints, model);
}

function* page(
  value: JsonObject,
  place: Place,
  hints: GraphHints,
  model: ExchangeModel,
  depth: number,
): Generator<ExportRecord, void, void> {
  const context = parseContext(value['@odata.context']);
  const items = value.value as readonly JsonValue[];
  if (context?.property !== undefined) return yield* below(items, place, context, model);
  const own = { ...hints, listed: context?.set ?? hints.base };
  for (const [index, item] of items.entries()) {
    const at = inside(place, `value[${index}]`);
    if (isObject(item)) yield* single(item, at, context, own, model);
    else yield* within(item, at, own, model, depth + 1);
  }
}

function* batch(
  responses: readonly JsonValue[],
  place: Place,
  hints: GraphHints,
  model: ExchangeModel,
  depth: number,
): Generator<ExportRecord, void, void> {
  for (const [index, response] of responses.entries()) {
    const at = inside(place, `responses[${index}]`);
    if (!isObject(response) || !isObject(response.body)) continue;
    if (response.status === 200) yield* within(response.body, at, { ...hints, listed: hints.base }, model, depth + 1);
    else yield { kind: 'leftOut', place: at, what: `answers of a batch with status ${String(response.status).slice(0, 20)}` };
  }
}

/** What a page holds that lies below one object: its assignments, its members. */
function* below(
  items: readonly JsonValue[],
  place: Place,
  context: GraphContext,
  model: ExchangeModel,
): Generator<ExportRecord, void, void> {
  const { set, key = '', property = '' } = context;
  const home = typeOfSet.get(set) as Home | undefined;
  if (home !== undefined && isAssigned(home) && property === 'assignments') {
    const left: string[] = [];
    const assignments = readAssignments(items, home, model, (what) => left.push(what));
    for (const what of left) yield { kind: 'leftOut', place, what };
    if (assignments === undefined)
      yield { kind: 'fault', place, reason: 'It says that it holds assignments, and what it holds has no target.' };
    else yield { kind: 'assignments', home, owner: { id: key }, assignments, place };
  } else if (home === 'group' && (property === 'members' || property === 'owners')) yield* links(items, key, property, place);
  else if (items.length > 0) yield { kind: 'leftOut', place, what: `pages of ${set}/${property}` };
}

function* links(
  items: readonly JsonValue[],
  group: string,
  property: 'members' | 'owners',
  place: Place,
): Generator<ExportRecord, void, void> {
  for (const [index, item] of items.entries()) {
    const at = inside(place, `${property}[${index}]`);
    if (!isObject(item) || typeof item.id !== 'string') yield { kind: 'fault', place: at, reason: `One of the ${property} has no id.` };
    else if (property === 'owners') yield { kind: 'link', place: at, line: { group, owner: item.id } };
    else {
      const type = typeof item['@odata.type'] === 'string' ? bareTypeName(item['@odata.type']) : undefined;
      const known = type === 'user' || type === 'device' || type === 'group';
      if (type !== undefined && !known) yield { kind: 'leftOut', place: at, what: `members of type ${type}` };
      else yield { kind: 'link', place: at, line: { group, member: item.id, ...(known ? { memberType: type } : {}) } };
    }
  }
}

function* single(
  object: JsonObject,
  place: Place,
  context: GraphContext | undefined,
  hints: GraphHints,
  model: ExchangeModel,
): Generator<ExportRecord, void, void> {
  if (context?.property !== undefined) {
    const { set, key = '', property } = context;
    if (set === 'users' && property === 'manager' && typeof object.id === 'string') {
      yield { kind: 'link', place, line: { user: key, manager: object.id } };
    } else yield { kind: 'leftOut', place, what: `${property} of ${set}` };
    return;
  }
  const whole = readKept(object, place);
  if (whole !== undefined) {
    yield whole;
    return;
  }
  const name = typeNameOf(object, context, hints);
  const type = name === undefined ? undefined : model.typeOf(name);
  const home = type === undefined ? undefined : model.homeOf(type);
  if (type === undefined || home === undefined) yield kept(object, context?.set ?? hints.folder, place, hints.listed);
  else yield* known(object, type, home, place, hints, model);
}

function typeNameOf(object: JsonObject, context: GraphContext | undefined, { type }: GraphHints): string | undefined {
  // The second is what the PowerShell module of Intune (2018) calls it.
  for (const own of ['@odata.type', 'deviceConfigurationODataType']) if (typeof object[own] === 'string') return bareTypeName(object[own]);
  return (context === undefined ? undefined : typeOfSet.get(context.set)) ?? type ?? (context === undefined ? shapeOf(object) : undefined);
}

const SHAPES: readonly (readonly [type: string, members: readonly string[]])[] = [
  ['deviceAndAppManagementAssignmentFilter', ['displayName', 'platform', 'rule']],
  ['group', ['displayName', 'mailEnabled', 'securityEnabled']],
  ['managedDevice', ['deviceName', 'operatingSystem', 'managedDeviceOwnerType']],
  ['user', ['userPrincipalName', 'displayName', 'mailNickname']],
  ['device', ['deviceId', 'displayName', 'operatingSystem']],
];

/** Without annotations (`odata.metadata=none`) an object is known by what it has. */
function shapeOf(object: JsonObject): string | undefined {
  return SHAPES.find(([, members]) => members.every((member) => member in object))?.[0];
}

/** @param listed where the objects of the list lie that it is of; undefined: it has a file of its own */
function kept(content: JsonObject, where: string, place: Place, listed: string | undefined): ExportRecord {
  const own = typeof content['@odata.type'] === 'string' ? content['@odata.type'] : where;
  const name = [content.displayName, content.name].find((each) => typeof each === 'string');
  const file = typeof content.id === 'string' && content.id !== '' ? content.id : (place.at ?? '');
  const path = listed === undefined ? {} : { path: `${listed}/${fileName(file)}.json` };
  return { kind: 'kept', type: own, name: typeof name === 'string' ? name : null, content, place, ...path };
}

const fileName = (text: string): string => text.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');

const TAGS: Partial<Record<Home, string>> = {
  deviceConfiguration: 'roleScopeTagIds',
  managedDevice: 'roleScopeTagIds',
  deviceCategory: 'roleScopeTagIds',
  deviceAndAppManagementAssignmentFilter: 'roleScopeTags',
  policySet: 'roleScopeTags',
};

function* known(
  given: JsonObject,
  type: StructuredType,
  home: Home,
  place: Place,
  hints: GraphHints,
  model: ExchangeModel,
): Generator<ExportRecord, void, void> {
  const id = typeof given.id === 'string' && given.id !== '' ? given.id : hints.id;
  if (type.abstract) {
    yield { kind: 'fault', place, reason: `It does not say which ${type.name} it is: export it with its '@odata.type'.` };
    return;
  }
  const left: string[] = [];
  const { object, inline, bindings } = cleanObject(given, type, model, (what) => left.push(what));
  if (id !== undefined && Object.keys(object).length === 0) {
    yield { kind: 'leftOut', place, what: `mentions of a ${type.name} by its id alone` };
    return;
  }
  const rest: Record<string, JsonValue | undefined> = { ...object };
  let assignments: readonly ReadAssignment[] | undefined;
  for (const [property, value] of inline) {
    if (property === 'assignments' && isAssigned(home)) {
      assignments = value === null ? undefined : readAssignments(value, home, model, (what) => left.push(what));
      if (value !== null && assignments === undefined) yield { kind: 'fault', place, reason: 'One of its assignments has no target.' };
    } else if (property === 'items' && home === 'policySet') rest.items = value;
    else if (id !== undefined && home === 'group' && (property === 'members' || property === 'owners') && Array.isArray(value)) {
      yield* links(value, id, property, place);
    } else if (id !== undefined && home === 'user' && property === 'manager' && isObject(value) && typeof value.id === 'string') {
      yield { kind: 'link', place, line: { user: id, manager: value.id } };
    } else if (isObject(value) || (Array.isArray(value) && value.length > 0)) left.push(`${property} of ${type.name}`);
  }
  // What the PowerShell module of Intune adds to each configuration.
  for (const what of left) if (!/^property deviceConfiguration(?:Id|ODataType) /.test(what)) yield { kind: 'leftOut', place, what };
  const property = TAGS[home];
  const tags = property === undefined ? undefined : rest[property];
  if (property !== undefined) delete rest[property];
  const more = hints.bindings?.(given) ?? [];
  const record: ObjectRecord = {
    kind: 'object',
    home,
    type: type.name,
    object: rest,
    place,
    ...(id === undefined ? {} : { id: id.toLowerCase() }),
    ...named(rest),
    ...(assignments === undefined ? {} : { assignments }),
    ...(property !== undefined && Array.isArray(tags)
      ? { scopeTags: { property, tags: tags.map((tag) => (hints.tagsByName === true ? { name: String(tag) } : { id: String(tag) })) } }
      : {}),
    ...(bindings.length + more.length === 0 ? {} : { bindings: [...bindings, ...more] }),
  };
  yield record;
}

function named({ displayName, deviceName }: Readonly<Record<string, JsonValue | undefined>>): { readonly name?: string } {
  const name = [displayName, deviceName].find((each) => typeof each === 'string' && each !== '');
  return typeof name === 'string' ? { name } : {};
}

const inside = ({ file, at }: Place, step: string): Place => ({
  file,
  at: at === undefined ? step : `${at}${step.startsWith('[') ? '' : '.'}${step}`,
});

const shown = (value: JsonValue) => JSON.stringify(value).slice(0, 40);
