/** What an operation returned, as the query options ask for it: they apply to the answers of operations as they do to sets. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { isObject } from '../../kernel/json.js';
import { isA } from '../../model/schema.js';
import { type EvaluationContext, matches, orderKeys } from '../../query/evaluate.js';
import type { Item, Outcome, Page } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { asked } from '../read/list.js';
import { navigationsIn } from '../read/related.js';
import { cut, pageLimit, pageOf } from '../read/rows.js';

/**
 * @param outcome of a call, whole: what its use case has not cut to a page itself
 * @throws GraphError optionInvalid where an option asks for what the answer does not hold
 */
export function shapedAnswer(outcome: Outcome, plan: Plan, context: DomainContext): Outcome {
  switch (outcome.kind) {
    case 'collection':
      return { ...outcome, page: itemPage(outcome.page.items, plan, context) };
    case 'value':
      return shapedValue(outcome, plan, context);
    default:
      return outcome;
  }
}

/** An action is answered at once: nobody can GET its next page. */
function limitOf(plan: Plan, all: readonly unknown[]): number {
  return plan.call?.operation.kind === 'action' ? (plan.options.top ?? all.length) : pageLimit(plan);
}

function followable<P extends { readonly nextSkip: number | undefined }>(page: P, plan: Plan): P {
  return plan.call?.operation.kind === 'action' ? { ...page, nextSkip: undefined } : page;
}

function shapedValue(outcome: Extract<Outcome, { kind: 'value' }>, plan: Plan, context: DomainContext): Outcome {
  const { value } = outcome;
  const { type } = plan;
  if (Array.isArray(value)) {
    const all = value as readonly JsonValue[];
    if (type !== undefined) {
      const page = pageOf(all as readonly JsonObject[], plan, context, limitOf(plan, all));
      return { kind: 'rows', type, single: false, page: followable(page, plan) };
    }
    const { members, ...page } = cut(all, plan, context, limitOf(plan, all));
    return { ...outcome, value: members, page: followable(page, plan) };
  }
  if (type === undefined || !isObject(value)) return outcome;
  return { kind: 'rows', type, single: true, page: { rows: [value], count: undefined, nextSkip: undefined } };
}

function itemPage(all: readonly Item[], plan: Plan, context: DomainContext): Page {
  const { orderBy } = plan.options;
  const filter = plan.type === undefined ? plan.options.filter : asked(plan.type, plan.options);
  const [looked] = navigationsIn(filter, orderBy);
  if (looked !== undefined) {
    const reason = `'${looked}' is not part of what the operation returns.`;
    throw graphError('optionInvalid', { option: filter === undefined ? '$orderby' : '$filter', reason }, looked);
  }
  const evaluation = ({ type: { name } }: Item): EvaluationContext => ({
    typeName: name,
    now: context.now,
    isA: (typeName, ancestor) => {
      const type = context.schema.types.get(typeName);
      return type !== undefined && isA(type, ancestor);
    },
  });
  let kept = filter === undefined ? all : all.filter((item) => matches(filter, item.json(), evaluation(item)));
  if (orderBy.length > 0) {
    const order = orderKeys(orderBy);
    const keyed = kept.map((item) => ({ item, keys: order.keysOf(item.json(), evaluation(item)) }));
    kept = keyed.sort((a, b) => order.compare(a.keys, b.keys)).map(({ item }) => item);
  }
  const { members, ...page } = cut(kept, plan, context, limitOf(plan, kept));
  return followable({ items: members, ...page }, plan);
}
