/**
 * Where whoever writes an entity down may keep what he wrote, so that what is asked for again need not be written again. A place belongs to one
 * state of one entity, as a store holds it in memory, and goes with it.
 */
export interface KeptPlace {
  /** The writer's own affair. */
  kept: unknown;
}

/**
 * Gives an entity a place, in `place`. It is not enumerable: a copy of the entity, which may say something else, has none.
 * @returns the entity
 */
export function withPlace<T extends { readonly place?: KeptPlace }>(entity: T): T {
  const place: KeptPlace = { kept: undefined };
  return Object.defineProperty(entity, 'place', { value: place });
}
