/**
 * The type model at run time: what `api/model/{beta,v1.0}/schema.json` says (CSDL JSON, OASIS form), linked and ready to
 * walk. Names are unqualified (`deviceConfiguration`); `microsoft.graph.` is put on and taken off at the wire. Muster's own keep their
 * namespace (`muster.finding`).
 */
import { qualifiedName } from '../kernel/type-name.js';

export type ApiVersion = 'beta' | 'v1.0';

export type PrimitiveName =
  | 'Edm.String'
  | 'Edm.Boolean'
  | 'Edm.Byte'
  | 'Edm.SByte'
  | 'Edm.Int16'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Single'
  | 'Edm.Double'
  | 'Edm.Decimal'
  | 'Edm.Guid'
  | 'Edm.Date'
  | 'Edm.DateTimeOffset'
  | 'Edm.TimeOfDay'
  | 'Edm.Duration'
  | 'Edm.Binary'
  | 'Edm.Stream'
  | 'Edm.Untyped';

export interface PrimitiveType {
  readonly kind: 'primitive';
  readonly name: PrimitiveName;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  /** Member name to value, in declaration order. */
  readonly members: ReadonlyMap<string, number>;
  /** Sent as one comma-joined string. */
  readonly flags: boolean;
  /** The member an unset non-null property shows: the one of value 0, else the first. */
  readonly defaultMember: string;
}

export interface StructuredType {
  readonly kind: 'entity' | 'complex';
  readonly name: string;
  readonly base: StructuredType | undefined;
  readonly abstract: boolean;
  /** Accepts undeclared properties. */
  readonly open: boolean;
  /** Every structural property, inherited ones included, in wire order. */
  readonly properties: ReadonlyMap<string, Property>;
  /** Every navigation property, inherited ones included. */
  readonly navigation: ReadonlyMap<string, NavigationProperty>;
  /** Types that derive from this one, directly or not. */
  readonly derived: readonly StructuredType[];
}

/** A type the model names but does not describe (outside the area); nothing can be read or written through it. */
export interface UnknownType {
  readonly kind: 'unknown';
  readonly name: string;
}

export type PropertyType = PrimitiveType | EnumType | StructuredType | UnknownType;

export interface Property {
  readonly name: string;
  readonly type: PropertyType;
  readonly collection: boolean;
  readonly nullable: boolean;
  /** Set by the service; accepted and ignored in bodies (`Core.Computed`). */
  readonly readOnly: boolean;
  /** `$DefaultValue`, parsed, when the model gives one. */
  readonly defaultValue: string | number | boolean | null | undefined;
  /** Unqualified name of the type that declares it. */
  readonly declaredBy: string;
}

export interface NavigationProperty {
  readonly name: string;
  readonly type: StructuredType | UnknownType;
  readonly collection: boolean;
  /** ContainsTarget: the target lives below its parent; else it is a reference into another set. */
  readonly contains: boolean;
  readonly nullable: boolean;
  readonly declaredBy: string;
}

export interface Parameter {
  readonly name: string;
  readonly type: PropertyType;
  readonly collection: boolean;
  readonly nullable: boolean;
}

/** An action or a function. Bound ones know what they bind to. */
export interface Operation {
  readonly kind: 'action' | 'function';
  readonly name: string;
  readonly bound: { readonly type: StructuredType; readonly collection: boolean } | undefined;
  /** Without the binding parameter. */
  readonly parameters: readonly Parameter[];
  readonly returns: { readonly type: PropertyType; readonly collection: boolean; readonly nullable: boolean } | undefined;
}

/** A member of the entity container: `/deviceManagement` (singleton), `/groups` (entity set). */
export interface ContainerMember {
  readonly name: string;
  readonly type: StructuredType;
  readonly collection: boolean;
}

export interface Schema {
  readonly version: ApiVersion;
  readonly types: ReadonlyMap<string, StructuredType>;
  readonly enums: ReadonlyMap<string, EnumType>;
  readonly operations: readonly Operation[];
  readonly container: ReadonlyMap<string, ContainerMember>;
}

/** True when `type` is `ancestor` or derives from it. */
export function isA(type: StructuredType, ancestor: StructuredType): boolean {
  for (let at: StructuredType | undefined = type; at !== undefined; at = at.base) if (at === ancestor) return true;
  return false;
}

/** `#microsoft.graph.deviceConfiguration`, `microsoft.graph.deviceConfiguration`, `graph.x` or `x` -> the name in the model. */
export function bareTypeName(qualified: string): string {
  const hash = qualified.startsWith('#') ? qualified.slice(1) : qualified;
  if (hash.startsWith('microsoft.graph.')) return hash.slice(16);
  return hash.startsWith('graph.') ? hash.slice(6) : hash;
}

/** The bare name as `@odata.type` shows it (quirk targetTypeHash). */
export function odataTypeName(type: { readonly name: string }): string {
  return `#${qualifiedName(type.name)}`;
}

const EXTENSION = /^[A-Za-z0-9]+_\w+$/;

/** Whether a member that no type declares is an extension: `extension_{appId}_{name}`, `ext{…}_{name}`, `{domain}_{name}`. */
export function isExtension(name: string): boolean {
  return EXTENSION.test(name);
}

/**
 * Whether a type that does not declare a member may have it all the same. Open entities are those of the directory, and open for extensions, and
 * for what types derived from them declare: members of a group are asked for their `displayName`. Open complex values take any name.
 */
export function hasRoomFor({ open, kind, derived }: StructuredType, name: string): boolean {
  if (!open) return false;
  return kind === 'complex' || isExtension(name) || derived.some((one) => one.properties.has(name) || one.navigation.has(name));
}
