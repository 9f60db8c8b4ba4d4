/** Who is meant by what an export says: the decisions, and the report of them. */
import type { JsonObject } from '../../kernel/json.js';
import type { Fault } from '../files/fault.js';
import type { Identity } from '../lines.js';
import type { GroupReference, Home, Reference } from '../record.js';

/** How it was found out, in the order in which it is tried. */
export type How =
  | 'map'
  | 'virtual'
  | 'idInExport'
  | 'idInTenant'
  | 'nameInExport'
  | 'nameInTenant'
  | 'newId'
  | 'created'
  | 'kept'
  | 'dropped'
  | 'ambiguous'
  | 'unknown';

export const howTexts: Readonly<Record<How, string>> = {
  map: 'by --map',
  virtual: 'stands for all users or all devices',
  idInExport: 'by id, in the export',
  idInTenant: 'by id, in the tenant',
  nameInExport: 'by name, in the export',
  nameInTenant: 'by name, in the tenant',
  newId: 'new: its id is taken in the tenant',
  created: 'made empty',
  kept: 'kept as it is: nobody has this id',
  dropped: 'left out',
  ambiguous: 'several have this name',
  unknown: 'nobody has this name',
};

export interface MappingRow {
  readonly kind: 'group' | 'filter' | 'scopeTag' | 'configuration' | 'category' | 'policySet';
  /** As the export says. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly how: How;
  /** The id in the tenant. */
  readonly to: string | undefined;
  /** Assignments, or objects with the scope tag, that mean it. */
  readonly uses: number;
  /** Those of one name. */
  readonly candidates: readonly string[];
}

export interface MappingOptions {
  /** Ids by names or ids, in lower case. */
  readonly map: ReadonlyMap<string, string>;
  readonly missing: 'keep' | 'create' | 'drop';
}

/** An id; `drop`: what means it is left out; `faulty`: what means it cannot be imported. */
export type Outcome = { readonly to: string } | 'drop' | 'faulty';

export interface Mapping {
  readonly rows: readonly MappingRow[];
  readonly faults: readonly Fault[];
  /** Groups that are made, as lines of an import. */
  readonly created: readonly JsonObject[];
  /** The id of an object; undefined: it cannot be imported. */
  idOf(record: Identity): string | undefined;
  group(reference: GroupReference): Outcome;
  filter(reference: Reference): Outcome;
  scopeTag(reference: Reference): Outcome;
  configuration(reference: Reference): Outcome;
}

export const kindOfHome: Partial<Record<Home, MappingRow['kind']>> = {
  group: 'group',
  deviceAndAppManagementAssignmentFilter: 'filter',
  roleScopeTag: 'scopeTag',
  deviceConfiguration: 'configuration',
  deviceCategory: 'category',
  policySet: 'policySet',
};

export const wordOf: Readonly<Record<MappingRow['kind'], string>> = {
  group: 'group',
  filter: 'assignment filter',
  scopeTag: 'scope tag',
  configuration: 'configuration',
  category: 'device category',
  policySet: 'policy set',
};
