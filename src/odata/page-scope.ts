/** What a page is a page of, as text: a token of a next link is good for this alone. */
import { qualifiedName } from '../kernel/type-name.js';
import type { Item } from '../query/outcome.js';
import type { PathStep, Plan, QueryOptions } from '../query/plan.js';
import { printExpression, printOrderBy } from '../query/print.js';
import { entityPath, keyLiteral } from './context-url.js';

/** Which entities there are, and in which order; how each is shown makes no difference to where a page begins. */
function scope(version: string, path: string, { filter, orderBy, search }: QueryOptions): string {
  const asked = [filter === undefined ? '' : printExpression(filter), printOrderBy(orderBy), search ?? ''];
  return JSON.stringify([version, path, ...asked]);
}

/** Casts on the way narrow nothing that a path goes on from; the last one leaves out members. */
function pathText(steps: readonly PathStep[]): string {
  return steps
    .map((step, at) => {
      if (step.kind === 'key') return `(${keyLiteral(step.value)})`;
      if (step.kind === 'cast') return at === steps.length - 1 ? `/${qualifiedName(step.type.name)}` : '';
      return `/${'name' in step ? step.name : step.property.name}`;
    })
    .join('')
    .slice(1);
}

/** Of the collection that a request asks for. */
export function pageScope({ version, path, call, options }: Plan): string {
  const called = call === undefined ? '' : `/${call.operation.name}${JSON.stringify(call.arguments)}`;
  return scope(version, pathText(path) + called, options);
}

/** Of a collection below an entity: the same as that of the request its next link makes. */
export function expandedScope(plan: Plan, item: Item, property: string, options: QueryOptions): string {
  return scope(plan.version, `${entityPath(item)}/${property}`, options);
}
