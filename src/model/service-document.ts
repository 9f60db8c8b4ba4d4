import type { Served } from './served.js';

/**
 * What the root of a version lists (OData JSON, section 5): members of the entity container, their URLs relative to the root.
 * @returns without `@odata.context`, which holds the host
 */
export function serviceDocument({ container }: Served): { readonly value: readonly { name: string; kind: string; url: string }[] } {
  return { value: container.map(({ name, collection }) => ({ name, kind: collection ? 'EntitySet' : 'Singleton', url: name })) };
}
