import { isA, type Schema } from '../model/schema.js';
import type { TypeContext } from '../storage/selection.js';

/** What the model says of types, as stores need it for filters and orders. */
export function storeTypes(beta: Schema, now: () => number): TypeContext {
  return {
    // The ancestor may be a type of v1.0; what is stored is beta.
    isA(typeName, ancestor) {
      const type = beta.types.get(typeName);
      const wanted = beta.types.get(ancestor.name);
      return type !== undefined && wanted !== undefined && isA(type, wanted);
    },
    now,
  };
}
