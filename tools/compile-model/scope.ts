/** Which types belong to the area: the roots, and all that their structural properties can hold. */
import { type Corrections, forVersion, type ModelVersion } from './corrections.js';
import type { Draft } from './draft.js';

export interface Scope {
  readonly types: ReadonlySet<string>;
  readonly enums: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Follows bases, derived types (but of the closed bases) and structural properties; navigation names its target only. */
export function findScope(draft: Draft, corrections: Corrections, version: ModelVersion): Scope {
  const closed = new Set(corrections.scope.closed);
  const derived = new Map<string, string[]>();
  for (const type of draft.types.values()) {
    if (type.base !== undefined) derived.set(type.base, [...(derived.get(type.base) ?? []), type.name]);
  }
  const types = new Set<string>();
  const enums = new Set<string>();
  const problems: string[] = [];
  const queue = forVersion(corrections.scope.roots, version).flatMap((entry) => entry.types);
  for (const root of queue) if (!draft.types.has(root)) problems.push(`${version} scope: no type ${root}`);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const type = draft.types.get(name);
    if (type === undefined || types.has(name)) continue;
    types.add(name);
    if (type.base !== undefined) queue.push(type.base);
    if (!closed.has(name)) queue.push(...(derived.get(name) ?? []));
    for (const property of type.properties.values()) {
      if (property.navigation !== undefined) continue;
      if (draft.enums.has(property.type)) enums.add(property.type);
      else queue.push(property.type);
    }
  }
  return { types, enums, problems };
}
