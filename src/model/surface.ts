/**
 * What is served: `api/surface.yaml`, parsed. The model says what exists, the surface what may be done with it and by whom.
 */
import type { ApiVersion, StructuredType } from './schema.js';

export type SetMethod = 'list' | 'get' | 'create' | 'update' | 'delete';

export interface SetSurface {
  /** Containment path without keys, e.g. `deviceManagement/deviceConfigurations/assignments`; also the set's name in the store. */
  readonly name: string;
  /** Declared type of its members, unqualified. */
  readonly type: string;
  readonly versions: readonly ApiVersion[];
  /** Whose error conventions apply. */
  readonly layer: 'service' | 'directory';
  /** Permissions of which one suffices, least privileged first. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly methods: readonly SetMethod[];
  /** Properties a create must give. */
  readonly required: readonly string[];
  /** Default order of a list. */
  readonly orderBy: string | undefined;
  /** Items per page without `$top`, and at most. */
  readonly pageSize: number;
  readonly maxPageSize: number;
  readonly throttle: string;
  /** References that a client may change, by navigation property (`*`: every other one), and the sets they may lead to. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  /** Those of them that can be replaced and not taken away. */
  readonly lasting: readonly string[];
}

/** The sets that a reference may lead to; undefined for one that the service keeps itself. */
export function referenceTargets(set: SetSurface | undefined, navigation: string): readonly string[] | undefined {
  return set?.references.get(navigation) ?? set?.references.get('*');
}

export interface OperationSurface {
  /** `boundType.name`, e.g. `deviceConfiguration.assign`, `managedDevice.muster.effectiveConfigurations`. */
  readonly name: string;
  readonly versions: readonly ApiVersion[];
  readonly layer: 'service' | 'directory';
  readonly permissions: readonly string[];
  /** One of these is needed too, for what tells of two areas at once. */
  readonly also?: readonly string[];
}

export interface Surface {
  readonly sets: ReadonlyMap<string, SetSurface>;
  readonly operations: ReadonlyMap<string, OperationSurface>;
  /** Home set of the entities of a type (or its base): where a reference to one points. */
  homeSet(typeName: string, ancestors: readonly string[]): string | undefined;
}

/** The home set of a type of the model: its own, or its nearest ancestor's. */
export function homeSetOf(surface: Surface, type: StructuredType): string | undefined {
  const ancestors: string[] = [];
  for (let at = type.base; at !== undefined; at = at.base) ancestors.push(at.name);
  return surface.homeSet(type.name, ancestors);
}
