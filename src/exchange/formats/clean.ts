/** Objects of an export, held against the model: annotations and what the model does not know are taken out, and said. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { isA, type Property, type StructuredType } from '../../model/schema.js';
import type { ExchangeModel } from '../model.js';
import type { ReadBinding, Reference } from '../record.js';

export interface Cleaned {
  /** Structural properties, without `id`. */
  readonly object: JsonObject;
  /** Navigation properties that are given inline. */
  readonly inline: ReadonlyMap<string, JsonValue>;
  readonly bindings: readonly ReadBinding[];
}

/** The tool for Windows PowerShell writes times as milliseconds: `/Date(1611111111111)/`. */
const POWERSHELL_DATE = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** @param leftOut told what is left out: `property X of TYPE` */
export function cleanObject(given: JsonObject, type: StructuredType, model: ExchangeModel, leftOut: (what: string) => void): Cleaned {
  const inline = new Map<string, JsonValue>();
  const bindings: ReadBinding[] = [];

  function structural(value: JsonObject, of: StructuredType, top: boolean): JsonObject {
    const out: Record<string, JsonValue> = {};
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined || (top && name === 'id')) continue;
      const property = of.properties.get(name);
      if (property !== undefined) out[name] = cleanValue(member, property);
      else if (name === '@odata.type') {
        if (!top) out[name] = member;
      } else if (top && name.endsWith('@odata.bind')) bind(name.slice(0, -'@odata.bind'.length), member);
      else if (name.includes('@') || name.startsWith('#')) continue;
      else if (of.navigation.has(name)) {
        if (top) inline.set(name, member);
      } else if (of.open) out[name] = member;
      else leftOut(`property ${name.slice(0, 100)} of ${of.name}`);
    }
    return out;
  }

  function cleanValue(value: JsonValue, property: Property): JsonValue {
    const { type: declared } = property;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => cleanValue(item, property));
    if (isObject(value)) {
      if (declared.kind !== 'complex') return value;
      const said = typeof value['@odata.type'] === 'string' ? model.typeOf(value['@odata.type']) : undefined;
      return structural(value, said !== undefined && isA(said, declared) ? said : declared, false);
    }
    if (typeof value !== 'string' || declared.kind !== 'primitive' || declared.name !== 'Edm.DateTimeOffset') return value;
    const millis = POWERSHELL_DATE.exec(value)?.[1];
    return millis === undefined ? value : new Date(Number(millis)).toISOString();
  }

  function bind(property: string, value: JsonValue): void {
    const urls = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    const to = urls.map(keyOfUrl).filter((key) => key !== undefined);
    if (to.length > 0) bindings.push({ property, many: Array.isArray(value), to: to.map((id) => ({ id })) });
  }

  const object = structural(given, type, true);
  for (const [name, value] of inline) {
    const navigation = type.navigation.get(name);
    if (navigation === undefined || navigation.contains || navigation.type.kind === 'unknown') continue;
    if (model.homeOf(navigation.type) !== 'deviceConfiguration') continue;
    const to = (navigation.collection ? (Array.isArray(value) ? value : []) : [value]).filter(isObject).map(referenceTo);
    inline.delete(name);
    if (to.length > 0 && !bindings.some(({ property }) => property === name))
      bindings.push({ property: name, many: navigation.collection, to });
  }
  return { object, inline, bindings };
}

function referenceTo({ id, displayName }: JsonObject): Reference {
  return { ...(typeof id === 'string' ? { id } : {}), ...(typeof displayName === 'string' ? { name: displayName } : {}) };
}

/** `…/deviceConfigurations('ID')` and `…/deviceConfigurations/ID`. */
function keyOfUrl(url: JsonValue): string | undefined {
  if (typeof url !== 'string') return undefined;
  const found = /(?:\('([^']+)'\)|\/([^/('?]+))\/?$/.exec(url);
  return found?.[1] ?? found?.[2];
}
