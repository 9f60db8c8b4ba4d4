/** `odata.metadata=full`: where an entity's relations are read and what can be done with it (OData JSON 4.01, sections 4.6.8 and 16). */
import { qualifiedName } from '../kernel/type-name.js';
import { isA, type NavigationProperty, type Operation, type StructuredType } from '../model/schema.js';
import type { Served } from '../model/served.js';
import type { QueryOptions } from '../query/plan.js';

/** Navigation of the type that is served; where `$select` stands, what it names. */
export function linkedNavigation(type: StructuredType, options: QueryOptions, served: Served): readonly NavigationProperty[] {
  const all: NavigationProperty[] = [];
  for (let at: StructuredType | undefined = type; at !== undefined; at = at.base) all.unshift(...served.ownNavigation(at));
  const { select } = options;
  if (select === undefined || select.length === 0 || select.some(({ name }) => name === '*')) return all;
  return all.filter(({ name }) => select.some((chosen) => chosen.name === name));
}

/** @param self absolute URL of the entity, with the cast to its type */
export function navigationLinks({ name }: NavigationProperty, self: string): readonly string[] {
  const url = `${self}/${name}`;
  return [`"${name}@odata.associationLink":${JSON.stringify(`${url}/$ref`)}`, `"${name}@odata.navigationLink":${JSON.stringify(url)}`];
}

/** `"#microsoft.graph.assign": {"title", "target"}`; functions have their parameters as aliases in the target, overloads are a list. */
export function operationLinks(type: StructuredType, self: string, served: Served): readonly string[] {
  const byName = new Map<string, { readonly title: string; readonly target: string }[]>();
  for (const { operation } of served.operations) {
    const { bound } = operation;
    if (bound === undefined || bound.collection || !isA(type, bound.type)) continue;
    const title = qualifiedName(operation.name);
    byName.set(title, [...(byName.get(title) ?? []), { title, target: `${self}/${title}${argumentsOf(operation)}` }]);
  }
  return [...byName].map(([title, ways]) => `"#${title}":${JSON.stringify(ways.length === 1 ? ways[0] : ways)}`);
}

function argumentsOf({ kind, parameters }: Operation): string {
  if (kind === 'action') return '';
  return `(${parameters.map(({ name }) => `${name}=@${name}`).join(',')})`;
}
