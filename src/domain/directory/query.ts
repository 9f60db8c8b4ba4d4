/**
 * Which queries the directory answers. Advanced ones (counting, searching, negating, sorting what is filtered, all but plain reads of
 * relations) want the header `ConsistencyLevel: eventual`, most of them `$count=true` besides (reference: advanced query capabilities).
 */
import { graphError } from '../../kernel/errors.js';
import { isA } from '../../model/schema.js';
import type { Expression } from '../../query/expression.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Place } from '../read/place.js';
import { DIRECTORY_OBJECTS, isDirectorySet } from './objects.js';
import { searchDirectory } from './search.js';

type Collection = Extract<Place, { kind: 'set' | 'references' }>;

/** Whether a collection holds objects of the directory. */
export function isDirectoryPlace(place: Collection, context: DomainContext): boolean {
  if (place.kind === 'set') return isDirectorySet(place.address.set) || place.address.set === DIRECTORY_OBJECTS;
  const base = context.schema.types.get('directoryObject');
  const { type } = place.property;
  return isDirectorySet(place.owner.stored.set) && type.kind !== 'unknown' && base !== undefined && isA(type, base);
}

/**
 * The plan that answers a query: `$search` turned into a filter, `$count=true` passed over where the header is missing, as the service does.
 * @throws GraphError directoryQueryUnsupported, directoryOperatorUnsupported, directoryRequestInvalid, optionInvalid (400)
 */
export function directoryQuery(place: Collection, plan: Plan, context: DomainContext): Plan {
  const { options, eventual, operation } = plan;
  if (place.kind === 'set' && place.address.set === DIRECTORY_OBJECTS)
    throw unsupported('Direct queries to this resource type are not supported.');
  checkPaging(plan, context.surface.sets.get(place.kind === 'set' ? place.address.set : place.owner.stored.set)?.maxPageSize ?? 999);
  if (operation === 'count' && !eventual)
    throw graphError('directoryRequestInvalid', { reason: '$count is not currently supported.' }, '$count');
  if (options.search !== undefined && !eventual) {
    throw unsupported(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const advanced = eventual && (options.count || operation === 'count');
  if (!advanced) checkPlain(place, plan);
  const type = plan.type ?? context.schema.types.get('directoryObject');
  const searched = options.search === undefined || type === undefined ? undefined : searchDirectory(options.search, type);
  return { ...plan, options: { ...options, filter: both(options.filter, searched), search: undefined, count: options.count && eventual } };
}

function unsupported(reason: string): Error {
  return graphError('directoryQueryUnsupported', { reason });
}

function checkPaging({ options }: Plan, most: number): void {
  const { top, skip } = options;
  if (skip !== undefined) throw graphError('directoryRequestInvalid', { reason: "'$skip' is not supported by the service." }, '$skip');
  if (top !== undefined && (top < 1 || top > most)) {
    throw unsupported(`Invalid page size specified: '${top}'. Must be between 1 and ${most} inclusive.`);
  }
}

/** What a query without the advanced capabilities may not hold. */
function checkPlain(place: Collection, { options }: Plan): void {
  const operator = options.filter === undefined ? undefined : advancedOperator(options.filter);
  if (operator !== undefined) throw graphError('directoryOperatorUnsupported', { operator });
  if (place.kind === 'references' && options.filter !== undefined) {
    throw unsupported('The specified filter to the reference property query is currently not supported.');
  }
  const chosen = options.filter !== undefined || options.search !== undefined || place.kind === 'references';
  if (options.orderBy.length > 0 && chosen) throw unsupported('Sorting not supported for current query.');
}

/** The first operator, from the left, that only advanced queries have. */
function advancedOperator(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'not':
      return 'not';
    case 'count':
      return '$count';
    case 'binary':
      return advancedOperator(expression.left) ?? (expression.operator === 'ne' ? 'ne' : undefined) ?? advancedOperator(expression.right);
    case 'call':
      return expression.name === 'endswith' ? 'endsWith' : first(expression.arguments);
    case 'in':
      return advancedOperator(expression.operand);
    case 'lambda':
      return expression.predicate === undefined ? undefined : advancedOperator(expression.predicate);
    default:
      return undefined;
  }
}

function first(expressions: readonly Expression[]): string | undefined {
  for (const expression of expressions) {
    const operator = advancedOperator(expression);
    if (operator !== undefined) return operator;
  }
  return undefined;
}

function both(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return { kind: 'binary', operator: 'and', left, right };
}
