/** What one source lacks and another says: nullability for beta, the kinds of `string` and `number` for v1.0. */
import { type Draft, type DraftProperty, descendsFrom, findProperty } from './draft.js';

/**
 * Beta takes nullability from its own types package, else from that of v1.0. A property that neither knows is newer than both; in
 * the device area such a Boolean, number, time or enum is never null (it has a default), in the directory everything may be.
 */
export function setBetaNullability(beta: Draft, betaPackage: Draft, v1Package: Draft): void {
  for (const type of beta.types.values()) {
    const inDirectory = descendsFrom(beta, type.name, 'directoryObject');
    for (const property of type.properties.values()) {
      const known = findProperty(betaPackage, type.name, property.name) ?? findProperty(v1Package, type.name, property.name);
      property.nullable = known?.nullable ?? (inDirectory || !hasDefault(beta, property));
    }
  }
}

const kindsWithDefault = new Set(['Edm.Boolean', 'Edm.Int32', 'Edm.DateTimeOffset']);

function hasDefault(draft: Draft, property: DraftProperty): boolean {
  return kindsWithDefault.has(property.type) || draft.enums.has(property.type);
}

const numbers = new Set(['Edm.Byte', 'Edm.Int32', 'Edm.Int64', 'Edm.Single', 'Edm.Double']);

/** v1.0 takes what a `string` or `number` is, what is read-only and which enums are flags from the same member of beta, corrected before. */
export function settleV1Kinds(v1: Draft, beta: Draft): void {
  for (const read of v1.enums.values()) read.flags = beta.enums.get(read.name)?.flags ?? false;
  for (const type of v1.types.values()) {
    for (const property of type.properties.values()) {
      const known = findProperty(beta, type.name, property.name);
      property.readOnly = known?.readOnly ?? false;
      const kind = known?.type ?? '';
      if (property.type === 'number') property.type = numbers.has(kind) ? kind : 'Edm.Int32';
      const isText = kind.startsWith('Edm.') && !numbers.has(kind) && kind !== 'Edm.Boolean';
      if (property.type === 'string') property.type = isText ? kind : 'Edm.String';
    }
  }
}
