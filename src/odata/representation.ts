/**
 * The members of an entity or complex value as a representation asks for them: numbers as texts, members of enumerations that older
 * clients do not know, types at their values. What asks for none of it is never looked at.
 */
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { qualifiedName } from '../kernel/type-name.js';
import { bareTypeName, type EnumType, odataTypeName, type Property, type StructuredType } from '../model/schema.js';
import type { Plan } from '../query/plan.js';

/** The member of an evolvable enumeration that stands for those added after it. */
const SENTINEL = 'unknownFutureValue';

/** What a type can hold, in complex values and derived types too, that some representation writes otherwise. */
interface Contents {
  readonly bigNumbers: boolean;
  /** Finds in JSON what may be a member that was added later; undefined where there is none to find. */
  readonly laterMembers: RegExp | undefined;
}

const known = new WeakMap<StructuredType, Contents>();
const later = new WeakMap<EnumType, ReadonlySet<string>>();

/** Members declared after the sentinel. */
function laterMembers(type: EnumType): ReadonlySet<string> {
  let members = later.get(type);
  if (members === undefined) {
    const names = [...type.members.keys()];
    const at = names.indexOf(SENTINEL);
    members = new Set(at < 0 ? [] : names.slice(at + 1));
    later.set(type, members);
  }
  return members;
}

function contentsOf(type: StructuredType): Contents {
  const before = known.get(type);
  if (before !== undefined) return before;
  let bigNumbers = false;
  const members = new Set<string>();
  const seen = new Set<StructuredType>();
  const visit = (one: StructuredType): void => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const { type: inner } of one.properties.values()) {
      if (inner.kind === 'primitive') bigNumbers ||= isBig(inner.name);
      else if (inner.kind === 'enum') for (const name of laterMembers(inner)) members.add(name);
      else if (inner.kind !== 'unknown') for (const actual of [inner, ...inner.derived]) visit(actual);
    }
  };
  visit(type);
  const found = { bigNumbers, laterMembers: members.size === 0 ? undefined : new RegExp([...members].join('|')) };
  known.set(type, found);
  return found;
}

/** Numbers that a JSON reader may not be able to hold (OData JSON 4.01, section 3.2). */
export function isBig(primitive: string): boolean {
  return primitive === 'Edm.Int64' || primitive === 'Edm.Decimal';
}

/** `By default, a GET operation returns only known members for properties of evolvable enum types` (Graph best practices). */
function hidesLaterMembers({ method, prefer }: Plan): boolean {
  return (method === 'GET' || method === 'HEAD') && !prefer.includeUnknownEnumMembers;
}

/**
 * Whether a value of the type is written otherwise than it is stored.
 * @param text its JSON, where that is at hand
 */
export function isReshaped(type: StructuredType, plan: Plan, text?: string): boolean {
  if (plan.metadata === 'full') return true;
  const hides = hidesLaterMembers(plan);
  if (!plan.ieee754Compatible && !hides) return false;
  const { bigNumbers, laterMembers } = contentsOf(type);
  if (plan.ieee754Compatible && bigNumbers) return true;
  return hides && laterMembers !== undefined && (text === undefined || laterMembers.test(text));
}

/**
 * @param type the runtime type
 * @returns the same members in the same order; with full metadata an `@odata.type` before each that JSON does not tell by itself
 */
export function reshaped(json: JsonObject, type: StructuredType, plan: Plan): JsonObject {
  const out: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(json)) {
    const property = type.properties.get(name);
    if (property === undefined || value === undefined) {
      out[name] = value;
      continue;
    }
    const annotation = plan.metadata === 'full' && value !== null ? typeAnnotation(property) : undefined;
    if (annotation !== undefined) out[`${name}@odata.type`] = annotation;
    out[name] = Array.isArray(value)
      ? (value as readonly JsonValue[]).map((one) => reshapedValue(one, property, plan))
      : reshapedValue(value, property, plan);
  }
  return out;
}

function reshapedValue(value: JsonValue, { type }: Property, plan: Plan): JsonValue {
  if (type.kind === 'primitive') return plan.ieee754Compatible && isBig(type.name) && typeof value === 'number' ? String(value) : value;
  if (type.kind === 'enum') return typeof value === 'string' && hidesLaterMembers(plan) ? knownMembers(value, type) : value;
  if (type.kind === 'unknown' || !isObject(value)) return value;
  const actual = runtimeType(value, type);
  const inner = reshaped(value, actual, plan);
  return plan.metadata === 'full' ? { '@odata.type': odataTypeName(actual), ...inner } : inner;
}

/** The type that a complex value says it is of; else the declared one. */
export function runtimeType(value: JsonObject, declared: StructuredType): StructuredType {
  const name = value['@odata.type'];
  if (typeof name !== 'string') return declared;
  const bare = bareTypeName(name);
  return declared.derived.find((one) => one.name === bare) ?? declared;
}

function knownMembers(value: string, type: EnumType): string {
  const hidden = laterMembers(type);
  if (hidden.size === 0) return value;
  return [...new Set(value.split(',').map((member) => (hidden.has(member) ? SENTINEL : member)))].join(',');
}

/** What JSON tells by itself. */
const NATIVE: ReadonlySet<string> = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Int32', 'Edm.Double', 'Edm.Stream', 'Edm.Untyped']);

/** `#DateTimeOffset`, `#Collection(String)`, `#microsoft.graph.wiFiSecurityType` (graph-api spec 4.3); single complex values say it inside. */
function typeAnnotation({ type, collection }: Property): string | undefined {
  if (type.kind === 'unknown') return undefined;
  const name = type.kind === 'primitive' ? type.name.slice('Edm.'.length) : qualifiedName(type.name);
  if (collection) return `#Collection(${name})`;
  if (type.kind === 'primitive') return NATIVE.has(type.name) ? undefined : `#${name}`;
  return type.kind === 'enum' ? `#${name}` : undefined;
}
