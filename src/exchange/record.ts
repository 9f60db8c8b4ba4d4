/**
 * What the readers of all formats make of files: objects as Graph has them, with what they refer to taken out and said by id, by name, or
 * both. Who is meant is found later, for the whole export at once (`mapping`).
 */
import type { JsonObject, JsonValue } from '../kernel/json.js';
import type { Place } from './files/fault.js';

/** The types whose objects an import makes, by the name that their lines count as. */
export type Home =
  | 'user'
  | 'device'
  | 'group'
  | 'managedDevice'
  | 'deviceCategory'
  | 'deviceConfiguration'
  | 'deviceAndAppManagementAssignmentFilter'
  | 'roleScopeTag'
  | 'policySet';

export type FormatName = 'graph' | 'intuneManagement' | 'intuneCd' | 'intuneBackup' | 'microsoft365Dsc' | 'ndjson';

/** One of the two is there, or both. */
export interface Reference {
  readonly id?: string;
  readonly name?: string;
}

export const referenceKey = ({ id, name }: Reference): string => `${id?.toLowerCase() ?? ''}\0${name?.toLowerCase() ?? ''}`;

export interface GroupReference extends Reference {
  /** The rule that fills it, where the export says so beside its name. */
  readonly rule?: string;
}

export interface ReadAssignment {
  /** As Graph has it, without the ids of the group and the filter. */
  readonly wire: JsonObject;
  readonly group?: GroupReference;
  readonly filter?: Reference;
}

/** A reference of one configuration to others, such as the root certificate of a Wi-Fi profile. */
export interface ReadBinding {
  readonly property: string;
  readonly many: boolean;
  readonly to: readonly Reference[];
}

export interface ObjectRecord {
  readonly kind: 'object';
  readonly home: Home;
  /** Bare name of its own type. */
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  /** Its properties, without `id`, its type, and what is taken out below. */
  readonly object: JsonObject;
  /** Undefined: the file does not say. */
  readonly assignments?: readonly ReadAssignment[];
  readonly scopeTags?: { readonly property: string; readonly tags: readonly Reference[] };
  readonly bindings?: readonly ReadBinding[];
  readonly place: Place;
}

/** Assignments in a file or page of their own. */
export interface AssignmentsRecord {
  readonly kind: 'assignments';
  readonly home: Home;
  readonly owner: Reference;
  readonly assignments: readonly ReadAssignment[];
  readonly place: Place;
}

/** A membership, owner or manager, as a line. */
export interface LinkRecord {
  readonly kind: 'link';
  readonly line: JsonObject;
  readonly place: Place;
}

/** An id and the name that goes with it, of an object that is not in the export itself. */
export interface NameRecord {
  readonly kind: 'name';
  readonly home: Home;
  readonly id: string;
  readonly name: string;
  readonly place: Place;
}

/** What Muster does not serve: stored as it is. */
export interface KeptRecord {
  readonly kind: 'kept';
  /** Its type as it says it, or the set or folder that it lies in. */
  readonly type: string;
  readonly name: string | null;
  readonly content: JsonValue;
  /** Where it would lie by itself, where its file holds several. */
  readonly path?: string;
  /** The format that it came from, where that is another one. */
  readonly format?: string;
  readonly place: Place;
}

/** Something is left out; the same text is counted. */
export interface LeftOutRecord {
  readonly kind: 'leftOut';
  readonly what: string;
  readonly place: Place;
}

/** One thing of a file is wrong; the others may be good. */
export interface FaultRecord {
  readonly kind: 'fault';
  readonly reason: string;
  readonly place: Place;
}

export type ExportRecord = ObjectRecord | AssignmentsRecord | LinkRecord | NameRecord | KeptRecord | LeftOutRecord | FaultRecord;
