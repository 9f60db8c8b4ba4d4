import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { completeEntity, isPolymorphic } from './defaults.js';
import { bareTypeName, type EnumType, isA, odataTypeName, type Property, type Schema, type StructuredType } from './schema.js';

/**
 * An entity as another version of the API shows it: as the nearest of its types that version has, without the properties that version
 * lacks, likewise inside complex values. Undefined when the version has no type of it but `entity`.
 *
 * @param json wire JSON without `@odata.*` at its top; may hold a part of the properties
 * @param runtimeTypeName unqualified, a type of `from`
 */
export function projectEntity(
  json: JsonObject,
  runtimeTypeName: string,
  from: Schema,
  to: Schema,
): { readonly type: StructuredType; readonly json: JsonObject } | undefined {
  const plans = plansFor(from, to);
  let plan = plans.entities.get(runtimeTypeName);
  if (plan === undefined) {
    plan = planEntity(plans, runtimeTypeName);
    plans.entities.set(runtimeTypeName, plan);
  }
  return plan === null ? undefined : { type: plan.type, json: plan.apply(json) };
}

/** Null: the value passes unchanged. */
type Conversion = ((value: JsonValue) => JsonValue) | null;

interface TypePlan {
  readonly type: StructuredType;
  readonly apply: (json: JsonObject) => JsonObject;
}

interface Plans {
  readonly from: Schema;
  readonly to: Schema;
  readonly entities: Map<string, TypePlan | null>;
  /** Runtime type of `from`, and declared type of `to`. */
  readonly complex: Map<string, TypePlan>;
}

const cache = new WeakMap<Schema, WeakMap<Schema, Plans>>();

function plansFor(from: Schema, to: Schema): Plans {
  let byTarget = cache.get(from);
  if (byTarget === undefined) {
    byTarget = new WeakMap();
    cache.set(from, byTarget);
  }
  let plans = byTarget.get(to);
  if (plans === undefined) {
    plans = { from, to, entities: new Map(), complex: new Map() };
    byTarget.set(to, plans);
  }
  return plans;
}

function planEntity(plans: Plans, name: string): TypePlan | null {
  const source = plans.from.types.get(name);
  if (source === undefined) return null;
  const target = nearest(source, plans.to);
  if (target === undefined || (target.name === 'entity' && source.name !== 'entity')) return null;
  return planType(plans, source, target);
}

/** The type itself, or the closest one it derives from, that `to` has. */
function nearest(source: StructuredType, to: Schema): StructuredType | undefined {
  for (let at: StructuredType | undefined = source; at !== undefined; at = at.base) {
    const found = to.types.get(at.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function planType(plans: Plans, source: StructuredType, target: StructuredType): TypePlan {
  let steps: readonly { readonly name: string; readonly convert: Conversion; readonly fallback: JsonValue | undefined }[] | undefined;
  const build = () =>
    [...target.properties.values()].map((property) => {
      const before = source.properties.get(property.name);
      const fits = before === undefined ? source.open : before.collection === property.collection && sameKind(before, property);
      return {
        name: property.name,
        convert: before === undefined || !fits ? null : conversion(plans, before, property),
        fallback: fits ? undefined : completeEntity(target, {})[property.name],
      };
    });
  const apply = (json: JsonObject) => {
    steps ??= build();
    const out: Record<string, JsonValue | undefined> = {};
    for (const { name, convert, fallback } of steps) {
      if (!Object.hasOwn(json, name)) continue;
      const value = fallback === undefined ? json[name] : fallback;
      if (value !== undefined) out[name] = convert === null ? value : convert(value);
    }
    if (target.open) keepUndeclared(json, source, target, out);
    return out;
  };
  return { type: target, apply };
}

/** What an open type carries beyond its declared properties stays, unless it is a declared property of `source` that `target` lacks. */
function keepUndeclared(
  json: JsonObject,
  source: StructuredType,
  target: StructuredType,
  out: Record<string, JsonValue | undefined>,
): void {
  for (const name of Object.keys(json)) {
    if (target.properties.has(name) || source.properties.has(name) || name.startsWith('@') || name === '__proto__') continue;
    out[name] = json[name];
  }
}

function sameKind(before: Property, after: Property): boolean {
  return before.type.kind === after.type.kind && (before.type.kind !== 'primitive' || before.type.name === after.type.name);
}

function conversion(plans: Plans, before: Property, after: Property): Conversion {
  const convert = itemConversion(plans, before, after);
  if (convert === null) return null;
  return (value) => (Array.isArray(value) ? (value as readonly JsonValue[]).map(convert) : value === null ? null : convert(value));
}

function itemConversion(plans: Plans, before: Property, after: Property): Conversion {
  const source = before.type;
  const target = after.type;
  if (source.kind === 'enum' && target.kind === 'enum') return enumConversion(source, target);
  if ((source.kind !== 'complex' && source.kind !== 'entity') || (target.kind !== 'complex' && target.kind !== 'entity')) return null;
  return (value) => (isObject(value) ? projectComplex(plans, value, source, target) : value);
}

function projectComplex(plans: Plans, value: JsonObject, source: StructuredType, declared: StructuredType): JsonObject {
  const named = value['@odata.type'];
  const runtime = (typeof named === 'string' ? plans.from.types.get(bareTypeName(named)) : undefined) ?? source;
  const key = `${runtime.name} ${declared.name}`;
  let plan = plans.complex.get(key);
  if (plan === undefined) {
    const target = nearest(runtime, plans.to);
    plan = planType(plans, runtime, target !== undefined && isA(target, declared) ? target : declared);
    plans.complex.set(key, plan);
  }
  const members = plan.apply(value);
  return isPolymorphic(declared) ? { '@odata.type': odataTypeName(plan.type), ...members } : members;
}

/** A member that the other version lacks shows as `unknownFutureValue` where that is declared (evolvable enumerations), else as it is. */
function enumConversion(source: EnumType, target: EnumType): Conversion {
  if (source.flags || !target.members.has('unknownFutureValue')) return null;
  if ([...source.members.keys()].every((member) => target.members.has(member))) return null;
  return (value) => (typeof value === 'string' && !target.members.has(value) ? 'unknownFutureValue' : value);
}
