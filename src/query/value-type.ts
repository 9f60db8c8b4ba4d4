/** Static types of expressions, as coarse as comparison needs them: which values may meet, and how they are ordered. */
import type { EnumType, PropertyType } from '../model/schema.js';
import type { BinaryOperator } from './expression.js';

export type ValueKind =
  | 'null'
  | 'string'
  | 'number'
  | 'boolean'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'duration'
  | 'binary'
  | 'enum'
  /** Entities and complex values: comparable with null alone. */
  | 'structured'
  /** Edm.Untyped and undeclared properties of open types: decided by the value at hand. */
  | 'untyped';

export interface ValueType {
  readonly kind: ValueKind;
  readonly collection: boolean;
  /** Numbers: whether `div` cuts (OData URL conventions, section 5.1.1.2). */
  readonly integer: boolean;
  /** The model's type, where the value comes from a property. */
  readonly type: PropertyType | undefined;
}

const INTEGERS: ReadonlySet<string> = new Set(['Edm.Byte', 'Edm.SByte', 'Edm.Int16', 'Edm.Int32', 'Edm.Int64']);
const PRIMITIVE_KINDS: Readonly<Record<string, ValueKind>> = {
  'Edm.String': 'string',
  'Edm.Boolean': 'boolean',
  'Edm.Byte': 'number',
  'Edm.SByte': 'number',
  'Edm.Int16': 'number',
  'Edm.Int32': 'number',
  'Edm.Int64': 'number',
  'Edm.Single': 'number',
  'Edm.Double': 'number',
  'Edm.Decimal': 'number',
  'Edm.Guid': 'guid',
  'Edm.Date': 'date',
  'Edm.DateTimeOffset': 'dateTimeOffset',
  'Edm.TimeOfDay': 'timeOfDay',
  'Edm.Duration': 'duration',
  'Edm.Binary': 'binary',
  'Edm.Stream': 'structured',
  'Edm.Untyped': 'untyped',
};

/** The kind of an Edm primitive by name; undefined for a name that is none. */
export function primitiveKind(name: string): ValueKind | undefined {
  return Object.hasOwn(PRIMITIVE_KINDS, name) ? PRIMITIVE_KINDS[name] : undefined;
}

export function simpleType(kind: ValueKind, integer = false): ValueType {
  return { kind, collection: false, integer, type: undefined };
}

/** The static type of a property (or of one element, when `collection` is false). */
export function propertyValueType(type: PropertyType, collection: boolean): ValueType {
  if (type.kind === 'enum') return { kind: 'enum', collection, integer: false, type };
  if (type.kind !== 'primitive') return { kind: 'structured', collection, integer: false, type };
  return { kind: primitiveKind(type.name) ?? 'untyped', collection, integer: INTEGERS.has(type.name), type };
}

export function enumOf(type: ValueType): EnumType | undefined {
  return type.type?.kind === 'enum' ? type.type : undefined;
}

const OPEN: ReadonlySet<ValueKind> = new Set(['null', 'untyped']);
const MOMENTS: ReadonlySet<ValueKind> = new Set(['date', 'dateTimeOffset']);

/** The kind that two operands are compared as; undefined when they cannot be. */
export function comparisonKind(left: ValueType, right: ValueType): ValueKind | undefined {
  if (left.collection || right.collection) return undefined;
  if (left.kind === 'enum' && right.kind === 'enum') return left.type === right.type || !left.type || !right.type ? 'enum' : undefined;
  if (left.kind === right.kind) return left.kind === 'structured' ? undefined : left.kind;
  if (left.kind === 'null') return right.kind;
  if (right.kind === 'null') return left.kind;
  if (left.kind === 'structured' || right.kind === 'structured') return undefined;
  if (OPEN.has(left.kind) || OPEN.has(right.kind)) return 'untyped';
  return MOMENTS.has(left.kind) && MOMENTS.has(right.kind) ? 'dateTimeOffset' : undefined;
}

/** The type of `left operator right` for the arithmetic operators; undefined when it has none. */
export function arithmeticType(operator: BinaryOperator, left: ValueType, right: ValueType): ValueType | undefined {
  if (left.collection || right.collection) return undefined;
  const additive = operator === 'add' || operator === 'sub';
  const scaling = operator === 'mul' || operator === 'div' || operator === 'divby';
  if (left.kind === 'number' && right.kind === 'number') return simpleType('number', left.integer && right.integer && operator !== 'divby');
  if (OPEN.has(left.kind) || OPEN.has(right.kind)) return simpleType('untyped');
  if (left.kind === 'duration' && right.kind === 'duration') return additive ? simpleType('duration') : undefined;
  if (left.kind === 'duration' && right.kind === 'number') return scaling ? simpleType('duration') : undefined;
  if (left.kind === 'number' && right.kind === 'duration') return operator === 'mul' ? simpleType('duration') : undefined;
  if (!MOMENTS.has(left.kind) || !additive) return undefined;
  if (right.kind === 'duration') return simpleType(left.kind);
  return operator === 'sub' && right.kind === left.kind ? simpleType('duration') : undefined;
}
