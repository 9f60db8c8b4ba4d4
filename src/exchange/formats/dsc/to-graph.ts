/** The properties of a resource as the object that Graph has: names in Graph's spelling, instances as values of its types. */
import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.js';
import { isA, type Property, type StructuredType } from '../../../model/schema.js';
import type { ExchangeModel } from '../../model.js';

/** What every resource has besides: who signs in, and whether the object shall be there. */
const OWN: ReadonlySet<string> = new Set([
  'ensure',
  'credential',
  'applicationid',
  'tenantid',
  'applicationsecret',
  'certificatethumbprint',
  'certificatepath',
  'certificatepassword',
  'managedidentity',
  'accesstokens',
  'psdscrunascredential',
  'resourcename',
  'resourceinstancename',
  'resourceid',
  'dependson',
  // Said by the caller.
  'id',
  'identity',
  'assignments',
  'members',
  'owners',
  'memberof',
  'groupasmembers',
  'assignedlicenses',
  'assignedtorole',
]);

/** @param leftOut told of each property that the type does not have */
export function graphProperties(
  given: JsonObject,
  type: StructuredType,
  model: ExchangeModel,
  leftOut: (name: string) => void,
): JsonObject {
  return converted(given, type, model, leftOut, OWN);
}

const CLASS_OWN: ReadonlySet<string> = new Set(['ciminstance', 'odatatype']);

function converted(
  given: JsonObject,
  type: StructuredType,
  model: ExchangeModel,
  leftOut: (name: string) => void,
  own: ReadonlySet<string>,
): JsonObject {
  const names = new Map([...type.properties.keys()].map((name) => [name.toLowerCase(), name]));
  const out: Record<string, JsonValue> = {};
  for (const [given_, value] of Object.entries(given)) {
    const key = given_.toLowerCase();
    if (value === undefined || own.has(key)) continue;
    const property = type.properties.get(names.get(key) ?? '');
    if (property === undefined) leftOut(given_);
    else out[property.name] = toProperty(value, property, model, leftOut);
  }
  return out;
}

function toProperty(value: JsonValue, property: Property, model: ExchangeModel, leftOut: (name: string) => void): JsonValue {
  const { type, collection } = property;
  const items: readonly JsonValue[] = Array.isArray(value) ? value : collection && value !== null ? [value] : [];
  if (collection) return items.map((item) => single(item, type, model, leftOut));
  return single(Array.isArray(value) && value.length === 1 ? (value[0] as JsonValue) : value, type, model, leftOut);
}

function single(value: JsonValue, type: Property['type'], model: ExchangeModel, leftOut: (name: string) => void): JsonValue {
  if (type.kind === 'complex' && isObject(value)) {
    const named = typeof value.odataType === 'string' ? model.typeOf(value.odataType) : undefined;
    const own = named !== undefined && isA(named, type) ? named : type;
    const inner = converted(value, own, model, leftOut, CLASS_OWN);
    return own === type ? inner : { '@odata.type': `#microsoft.graph.${own.name}`, ...inner };
  }
  if (type.kind !== 'primitive') return value;
  if (
    /^Edm\.(?:Int|Byte|SByte|Double|Single|Decimal)/.test(type.name) &&
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value))
  ) {
    return Number(value);
  }
  if (type.name === 'Edm.Boolean' && typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return type.name === 'Edm.String' && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value;
}
