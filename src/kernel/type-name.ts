/** Muster's own types and operations live in a namespace of their own, beside Graph's. */
export const OWN_NAMESPACE = 'muster';

/** A type or operation of the model as the wire names it: `deviceConfiguration` -> `microsoft.graph.deviceConfiguration`; Muster's own stay as they are. */
export function qualifiedName(name: string): string {
  return name.startsWith(`${OWN_NAMESPACE}.`) ? name : `microsoft.graph.${name}`;
}
