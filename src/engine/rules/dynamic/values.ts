import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.js';
import { wellFormed } from '../../columns/fold.js';
import type { CellValue, ColumnSpec, RowValues } from '../../columns/table.js';
import type { CellGroup, RowForm, TextCell } from '../../laying/row-form.js';
import { parseInstant } from './dates.js';
import { columnSpec, extensionProperty, isExtensionName, type PlanField, PROPERTIES, type Property, type Subject } from './properties.js';

export type PlanValue = Readonly<Record<PlanField, string | null>>;

/** A property of an object as rules see it. An empty text counts as none. */
export type PropertyValue =
  | { readonly type: 'text'; readonly value: string | null }
  | { readonly type: 'boolean'; readonly value: boolean | null }
  /** Milliseconds since the epoch. */
  | { readonly type: 'date'; readonly value: number | null }
  | { readonly type: 'labels' | 'textList'; readonly value: readonly string[] }
  | { readonly type: 'plans'; readonly value: readonly PlanValue[] }
  | { readonly type: 'groups' };

/** Reads a property out of a Graph user or device object; what does not fit its type is as if it were absent. */
export function propertyValue(property: Property, object: JsonObject): PropertyValue {
  const { type } = property;
  const raw = rawValue(property, object);
  switch (type) {
    case 'text':
      return { type, value: textOf(raw) };
    case 'boolean':
      return { type, value: booleanOf(raw) };
    case 'date':
      return { type, value: instantOf(raw) };
    case 'labels':
    case 'textList':
      return { type, value: textsOf(raw) };
    case 'plans':
      return { type, value: plansOf(raw) };
    case 'groups':
      return { type };
  }
}

/**
 * The row of a Graph user object, for a table with `columnSpecs('user')` and the columns of the user's extensions (`extensionColumnSpecs`).
 *
 * @param columns the table's columns: a directory extension among them that the user has no more becomes null
 */
export function userColumns(user: JsonObject, columns: Iterable<{ readonly name: string }> = []): RowValues {
  const values = fixedColumns('user', user);
  for (const { name } of columns) if (isExtensionName(name)) values[name] = null;
  for (const name in user) if (isExtensionName(name)) values[name.toLowerCase()] = textOf(user[name]);
  return values;
}

/** The row of a Graph device object, for a table with `columnSpecs('device')`. */
export function deviceColumns(device: JsonObject): RowValues {
  return fixedColumns('device', device);
}

/** The columns of a table of users or directory devices. */
export function columnSpecs(subject: Subject): readonly ColumnSpec[] {
  return PROPERTIES[subject].flatMap((property) => columnSpec(property) ?? []);
}

/** The columns of the directory extensions that this user has; a table needs them (`addColumn`) before the row is set. */
export function extensionColumnSpecs(user: JsonObject): readonly ColumnSpec[] {
  return Object.keys(user)
    .filter(isExtensionName)
    .flatMap((name) => columnSpec(extensionProperty(name)) ?? []);
}

/**
 * The cells of a row of a table with `columnSpecs(subject)`, in the order of its columns, those of directory extensions left out.
 *
 * @param cells filled with them: an array that serves many rows costs nothing
 * @returns whether that is all: the object has no directory extension
 */
export function readCells(subject: Subject, object: JsonObject, cells: CellValue[]): boolean {
  const all = READERS[subject];
  for (let index = 0; index < all.length; index += 1) {
    const { property, member, read } = all[index]!;
    const raw = member === undefined ? rawValue(property, object) : object[member];
    cells[index] = cellOf(raw, read);
  }
  if (subject === 'user') for (const name in object) if (isExtensionName(name)) return false;
  return true;
}

/** The same, said for rows that are laid out of bytes: `readCells` of an object without directory extensions. */
export function rowForm(subject: Subject): Omit<RowForm, 'names'> {
  const texts = new Map<string, TextCell>();
  const rest: { readonly column: number; readonly reader: Reader; readonly members: ReadonlySet<string> }[] = [];
  for (const [column, reader] of READERS[subject].entries()) {
    const { member, property, read } = reader;
    if (member !== undefined && property.type === 'text') texts.set(member, { column, read });
    else rest.push({ column, reader, members: new Set(property.sources.flatMap(([root]) => root ?? [])) });
  }
  const groups: CellGroup[] = [];
  while (rest.length > 0) {
    // Columns that share a member, by way of others too, are of one group.
    const members = new Set(rest[0]!.members);
    let group: typeof rest = [];
    for (let found = -1; found !== group.length; ) {
      found = group.length;
      group = rest.filter((each) => [...each.members].some((member) => members.has(member)));
      for (const each of group) for (const member of each.members) members.add(member);
    }
    for (const each of group) rest.splice(rest.indexOf(each), 1);
    const readersOfGroup = group.map(({ reader }) => reader);
    groups.push({
      members: [...members],
      columns: group.map(({ column }) => column),
      derive: (object) => readersOfGroup.map(({ property, read }) => cellOf(rawValue(property, object), read)),
    });
  }
  return { texts, groups, isForeign: subject === 'user' ? isExtensionName : () => false };
}

function cellOf(raw: JsonValue | undefined, read: Reader['read']): CellValue {
  return raw === undefined || raw === null ? null : read(raw);
}

interface Reader {
  readonly property: Property;
  /** Of properties that are one member of the object. */
  readonly member: string | undefined;
  read(raw: JsonValue | undefined): CellValue;
}

function readers(subject: Subject): readonly Reader[] {
  return PROPERTIES[subject].flatMap((property) => {
    const read = readerOf(property);
    const [source, ...others] = property.sources;
    const member = source?.length === 1 && others.length === 0 ? source[0] : undefined;
    return read === undefined ? [] : [{ property, member, read }];
  });
}

function readerOf({ type }: Property): Reader['read'] | undefined {
  switch (type) {
    case 'text':
      return textOf;
    case 'boolean':
      return booleanOf;
    case 'date':
      return instantOf;
    case 'labels':
    case 'textList':
      return textsOf;
    case 'plans':
      return plansOf;
    case 'groups':
      return undefined;
  }
}

const READERS: Readonly<Record<Subject, readonly Reader[]>> = { user: readers('user'), device: readers('device') };

const emptyRow = (subject: Subject): Record<string, CellValue> =>
  Object.fromEntries(READERS[subject].map(({ property }) => [property.name, null]));

/** Copied for each row: an object built up name by name is several times slower, and imports make a row per object. */
const EMPTY_ROWS: Readonly<Record<Subject, Readonly<Record<string, CellValue>>>> = { user: emptyRow('user'), device: emptyRow('device') };

function fixedColumns(subject: Subject, object: JsonObject): Record<string, CellValue> {
  const values = { ...EMPTY_ROWS[subject] };
  for (const { property, read } of READERS[subject]) {
    const raw = rawValue(property, object);
    if (raw !== undefined) values[property.name] = read(raw);
  }
  return values;
}

function rawValue({ name, sources }: Property, object: JsonObject): JsonValue | undefined {
  for (const path of sources) {
    const value = valueAt(object, path);
    if (value !== undefined && value !== null) return value;
  }
  // Open properties keep the case their writer chose; rules and columns know them in small letters.
  if (!name.startsWith('extension_')) return undefined;
  const written = Object.keys(object).find((key) => key.toLowerCase() === name);
  return written === undefined ? undefined : object[written];
}

function valueAt(object: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of path) {
    if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(step)];
    else if (isObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

function booleanOf(raw: JsonValue | undefined): boolean | null {
  return typeof raw === 'boolean' ? raw : null;
}

function instantOf(raw: JsonValue | undefined): number | null {
  return typeof raw === 'string' ? parseInstant(raw) : null;
}

function textsOf(raw: JsonValue | undefined): readonly string[] {
  return listOf(raw).flatMap((item) => (typeof item === 'string' ? [wellFormed(item)] : []));
}

/** The plans read last: users with the same licences may come with the same list. */
let lastPlans: { readonly raw: JsonValue | undefined; readonly plans: readonly PlanValue[] } = { raw: undefined, plans: [] };

function plansOf(raw: JsonValue | undefined): readonly PlanValue[] {
  if (raw !== lastPlans.raw) lastPlans = { raw, plans: readPlans(raw) };
  return lastPlans.plans;
}

function readPlans(raw: JsonValue | undefined): readonly PlanValue[] {
  return listOf(raw).flatMap((item) => (isObject(item) ? [planOf(item)] : []));
}

function listOf(raw: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(raw) ? (raw as readonly JsonValue[]) : [];
}

function planOf({ capabilityStatus, service, servicePlanId }: JsonObject): PlanValue {
  return { capabilityStatus: textOf(capabilityStatus), service: textOf(service), servicePlanId: textOf(servicePlanId) };
}

function textOf(raw: JsonValue | undefined): string | null {
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  // Columns keep texts as UTF-8; a text outside a column must read the same.
  return typeof raw === 'string' && raw !== '' ? wellFormed(raw) : null;
}
