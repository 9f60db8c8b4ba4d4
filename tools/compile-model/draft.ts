/**
 * The model while it is being made: what the sources say, before and after the corrections. Type names are bare inside
 * `microsoft.graph` (`deviceConfiguration`) and dotted outside it (`cloudLicensing.usageRight`, `muster.finding`); primitives start with `Edm.`.
 */
export interface DraftProperty {
  readonly name: string;
  type: string;
  collection: boolean;
  nullable: boolean;
  readOnly: boolean;
  /** Undefined: structural. */
  navigation: { contains: boolean } | undefined;
  defaultValue?: string | number | boolean | null;
}

export interface DraftType {
  readonly name: string;
  kind: 'entity' | 'complex';
  base: string | undefined;
  abstract: boolean;
  open: boolean;
  /** Own properties, in wire order. */
  properties: Map<string, DraftProperty>;
}

export interface DraftEnum {
  readonly name: string;
  readonly members: Map<string, number>;
  flags: boolean;
}

export interface Draft {
  readonly types: Map<string, DraftType>;
  readonly enums: Map<string, DraftEnum>;
}

/** `IosScepCertificateProfile` -> `iosScepCertificateProfile`: the packages raise the first letter only. */
export function wireName(pascal: string): string {
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** The type and its bases, itself first; empty when the draft does not know it. */
export function selfAndBases(draft: Draft, type: string): readonly DraftType[] {
  const chain: DraftType[] = [];
  for (let at = draft.types.get(type); at !== undefined; at = at.base === undefined ? undefined : draft.types.get(at.base)) chain.push(at);
  return chain;
}

/** The property `name` of `type`, its own or inherited. */
export function findProperty(draft: Draft, type: string, name: string): DraftProperty | undefined {
  for (const at of selfAndBases(draft, type)) {
    const property = at.properties.get(name);
    if (property !== undefined) return property;
  }
  return undefined;
}

export function descendsFrom(draft: Draft, type: string, ancestor: string): boolean {
  return selfAndBases(draft, type).some((at) => at.name === ancestor);
}

/** Marks every type that descends from `entity` as one. */
export function setKinds(draft: Draft): void {
  for (const type of draft.types.values()) type.kind = descendsFrom(draft, type.name, 'entity') ? 'entity' : 'complex';
}
