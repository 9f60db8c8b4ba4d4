import { type Frame, type FramedText, framedText } from '../kernel/framed-text.js';
import { ZERO_GUID } from '../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { bareTypeName, odataTypeName, type PrimitiveName, type Property, type StructuredType } from './schema.js';

/** Whether values of a declared type say their runtime type: it is abstract, or others derive from it. */
export function isPolymorphic(declared: StructuredType): boolean {
  return declared.abstract || declared.derived.length > 0;
}

/**
 * Every structural property of an entity in wire order: what is given (overrides first), else the model's default, else null where null
 * is allowed, else the zero of its type; collections are empty. Nested complex values are completed likewise. Names that the type does
 * not declare are kept by open types and dropped by others; `@odata.*` at the top is dropped.
 */
export function completeEntity(type: StructuredType, given: JsonObject, overrides?: JsonObject): JsonObject {
  const template = templateOf(type);
  const out: Record<string, JsonValue | undefined> = { ...template.values };
  lay(out, template, given);
  if (overrides !== undefined) lay(out, template, overrides);
  return out;
}

/**
 * The JSON text of `completeEntity` with `layers` laid over each other, the last one first to say a value; byte for byte the same, at a
 * fraction of the cost: what is not given stands in the frame that all entities of the type share.
 * @param layers values that are undefined count as not given
 * @returns the whole text where the type is open and has more members than it declares
 */
export function entityText(type: StructuredType, layers: readonly JsonObject[]): FramedText | string {
  const template = templateOf(type);
  const { frame, places } = framed(template);
  const laid: (string | undefined)[] = [];
  for (const layer of layers) {
    for (const name of Object.keys(layer)) {
      const value = layer[name];
      if (value === undefined) continue;
      const place = places.get(name);
      if (place !== undefined) laid[place.at] = valueText(place.structured, value);
      // Where such a member stands among others is decided by the object.
      else if (type.open && isExtra(name)) return JSON.stringify(completeEntity(type, layered(layers)));
    }
  }
  return framedText(frame, laid);
}

function layered(layers: readonly JsonObject[]): JsonObject {
  const out: Record<string, JsonValue | undefined> = {};
  for (const layer of layers) for (const name of Object.keys(layer)) if (layer[name] !== undefined) out[name] = layer[name];
  return out;
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function valueText(declared: StructuredType | undefined, value: JsonValue): string {
  if (value === null) return 'null';
  if (value === true) return 'true';
  if (value === false) return 'false';
  // Most are texts of which JSON escapes nothing.
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(declared === undefined ? value : completeValue(declared, value));
}

interface EntityFrame {
  /** The text with nothing given; each property's value can be replaced. */
  readonly frame: Frame;
  readonly places: ReadonlyMap<string, Place>;
}

interface Place {
  readonly at: number;
  /** The type of a value that is to be completed. */
  readonly structured: StructuredType | undefined;
}

const frames = new WeakMap<Template, EntityFrame>();

function framed(template: Template): EntityFrame {
  const known = frames.get(template);
  if (known !== undefined) return known;
  const places = new Map<string, Place>();
  const ends: number[] = [];
  let text = '{';
  for (const [name, value] of Object.entries(template.values)) {
    text += `${places.size === 0 ? '' : ','}${JSON.stringify(name)}:`;
    places.set(name, { at: places.size, structured: template.structured.get(name) });
    ends.push(text.length);
    text += JSON.stringify(value);
    ends.push(text.length);
  }
  const made = { frame: { text: `${text}}`, ends }, places };
  frames.set(template, made);
  return made;
}

/**
 * A complex value with every property of its runtime type, `@odata.type` first where the declared type is abstract or has derived types.
 * The runtime type is what `given` names, else the declared one.
 */
export function completeComplex(declared: StructuredType, given: JsonObject): JsonObject {
  const name = given['@odata.type'];
  const runtime = typeof name === 'string' ? derivedType(declared, bareTypeName(name)) : declared;
  const template = templateOf(runtime);
  const out: Record<string, JsonValue | undefined> = { ...(isPolymorphic(declared) ? template.typedValues : template.values) };
  lay(out, template, given);
  return out;
}

/** The value of one property as a complete object shows it: complex values, also in collections, with all their members. */
export function completeProperty(type: StructuredType, name: string, value: JsonValue): JsonValue {
  const declared = templateOf(type).structured.get(name);
  return declared === undefined ? value : completeValue(declared, value);
}

interface Template {
  readonly type: StructuredType;
  readonly values: JsonObject;
  /** The same with `@odata.type` in front. */
  readonly typedValues: JsonObject;
  /** Properties whose values are objects to complete. */
  readonly structured: ReadonlyMap<string, StructuredType>;
}

const templates = new WeakMap<StructuredType, Template>();
const derivedTypes = new WeakMap<StructuredType, ReadonlyMap<string, StructuredType>>();

function lay(out: Record<string, JsonValue | undefined>, template: Template, members: JsonObject): void {
  const { values, structured, type } = template;
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === undefined || !(Object.hasOwn(values, name) || (type.open && isExtra(name)))) continue;
    const declared = structured.get(name);
    out[name] = declared === undefined ? value : completeValue(declared, value);
  }
}

/** Assigning to `__proto__` would change the object instead of adding a member. */
function isExtra(name: string): boolean {
  return name !== '__proto__' && !name.startsWith('@');
}

function completeValue(declared: StructuredType, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => completeValue(declared, item));
  return isObject(value) ? completeComplex(declared, value) : value;
}

/** The type of that name at or below `declared`; `declared` itself where there is none (a type the model no longer has). */
function derivedType(declared: StructuredType, name: string): StructuredType {
  if (declared.name === name) return declared;
  let byName = derivedTypes.get(declared);
  if (byName === undefined) {
    byName = new Map(declared.derived.map((type) => [type.name, type]));
    derivedTypes.set(declared, byName);
  }
  return byName.get(name) ?? declared;
}

function templateOf(type: StructuredType): Template {
  return templates.get(type) ?? buildTemplate(type, new Set());
}

function buildTemplate(type: StructuredType, building: Set<StructuredType>): Template {
  const values: Record<string, JsonValue> = {};
  const structured = new Map<string, StructuredType>();
  building.add(type);
  for (const property of type.properties.values()) {
    // Media has its own path and is no part of the JSON.
    if (property.type.kind === 'primitive' && property.type.name === 'Edm.Stream') continue;
    values[property.name] = unset(property, building);
    if (property.type.kind === 'complex' || property.type.kind === 'entity') structured.set(property.name, property.type);
  }
  building.delete(type);
  const template: Template = {
    type,
    // V8 copies what is itself a copy some hundred times faster than an object that grew member by member.
    values: { ...values },
    typedValues: { ...{ '@odata.type': odataTypeName(type), ...values } },
    structured,
  };
  // Inside a cycle of non-null complex types an inner template is cut short: only an outermost one serves everybody.
  if (building.size === 0) templates.set(type, template);
  return template;
}

function unset(property: Property, building: Set<StructuredType>): JsonValue {
  if (property.collection) return Object.freeze([]);
  if (property.defaultValue !== undefined) return property.defaultValue;
  if (property.nullable) return null;
  const { type } = property;
  if (type.kind === 'primitive') return ZEROS[type.name];
  if (type.kind === 'enum') return type.defaultMember;
  if (type.kind === 'unknown' || type.abstract || building.has(type)) return null;
  const template = buildTemplate(type, building);
  // Shared by every object completed from here; nothing may change it.
  return Object.freeze(isPolymorphic(type) ? template.typedValues : template.values);
}

/** What an unset non-null property of each primitive type shows (graph-api spec 4.2). */
const ZEROS: Readonly<Record<PrimitiveName, string | number | boolean | null>> = {
  'Edm.String': '',
  'Edm.Boolean': false,
  'Edm.Byte': 0,
  'Edm.SByte': 0,
  'Edm.Int16': 0,
  'Edm.Int32': 0,
  'Edm.Int64': 0,
  'Edm.Single': 0,
  'Edm.Double': 0,
  'Edm.Decimal': 0,
  'Edm.Guid': ZERO_GUID,
  'Edm.Date': '0001-01-01',
  'Edm.DateTimeOffset': '0001-01-01T00:00:00Z',
  'Edm.TimeOfDay': '00:00:00.0000000',
  'Edm.Duration': 'PT0S',
  'Edm.Binary': '',
  'Edm.Stream': null,
  'Edm.Untyped': null,
};
