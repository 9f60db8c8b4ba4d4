import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.js';
import type { CellValue, ColumnSpec, RowValues } from '../../columns/table.js';
import { parseInstant } from './dates.js';
import {
  columnSpec,
  extensionProperty,
  isExtensionName,
  PLAN_FIELDS,
  type PlanField,
  PROPERTIES,
  type Property,
  type Subject,
} from './properties.js';

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
  if (type === 'groups') return { type };
  const raw = rawValue(property, object);
  switch (type) {
    case 'text':
      return { type, value: textOf(raw) };
    case 'boolean':
      return { type, value: typeof raw === 'boolean' ? raw : null };
    case 'date':
      return { type, value: typeof raw === 'string' ? parseInstant(raw) : null };
    case 'labels':
    case 'textList':
      return { type, value: listOf(raw).flatMap((item) => (typeof item === 'string' ? [wellFormed(item)] : [])) };
    case 'plans':
      return { type, value: listOf(raw).flatMap((item) => (isObject(item) ? [planOf(item)] : [])) };
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

function fixedColumns(subject: Subject, object: JsonObject): Record<string, CellValue> {
  const values: Record<string, CellValue> = {};
  for (const property of PROPERTIES[subject]) {
    const read = propertyValue(property, object);
    if (read.type !== 'groups') values[property.name] = read.value;
  }
  return values;
}

function rawValue({ name, sources }: Property, object: JsonObject): JsonValue | undefined {
  // Open properties keep the case their writer chose; rules and columns know them in small letters.
  if (isExtensionName(name)) return object[name] ?? object[Object.keys(object).find((key) => key.toLowerCase() === name) ?? name];
  for (const path of sources) {
    const value = valueAt(object, path);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
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

function listOf(raw: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(raw) ? (raw as readonly JsonValue[]) : [];
}

function planOf(plan: JsonObject): PlanValue {
  return Object.fromEntries(PLAN_FIELDS.map((field) => [field, textOf(plan[field])])) as PlanValue;
}

function textOf(raw: JsonValue | undefined): string | null {
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  return typeof raw === 'string' && raw !== '' ? wellFormed(raw) : null;
}

/** Columns keep texts as UTF-8, which has no lone surrogates; a text outside a column must read the same. */
function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text;
}
