/** Bound options as the text that binds to them: for links that ask the same of another page. */
import { qualifiedName } from '../kernel/type-name.js';
import type { ExpandItem, QueryOptions } from '../query/plan.js';
import { printExpression, printOrderBy } from '../query/print.js';

type Parts = readonly (readonly [name: string, value: string])[];

function partsOf({ select, expand, filter, orderBy, top, skip, count, search }: QueryOptions): Parts {
  const parts: [string, string][] = [];
  if (select !== undefined && select.length > 0) parts.push(['$select', select.map(({ text }) => text).join(',')]);
  if (expand.length > 0) parts.push(['$expand', expand.map(printExpandItem).join(',')]);
  if (filter !== undefined) parts.push(['$filter', printExpression(filter)]);
  if (orderBy.length > 0) parts.push(['$orderby', printOrderBy(orderBy)]);
  if (search !== undefined) parts.push(['$search', search]);
  if (top !== undefined) parts.push(['$top', String(top)]);
  if (skip !== undefined) parts.push(['$skip', String(skip)]);
  if (count) parts.push(['$count', 'true']);
  return parts;
}

const FORMS: Readonly<Record<ExpandItem['form'], string>> = { entities: '', references: '/$ref', count: '/$count' };

function printExpandItem({ property, cast, options, form, levels }: ExpandItem): string {
  const name = `${cast === undefined ? '' : `${qualifiedName(cast.name)}/`}${property.name}${FORMS[form]}`;
  const inner = partsOf(options).map(([option, value]) => `${option}=${value}`);
  if (levels > 1) inner.push(`$levels=${levels}`);
  return inner.length === 0 ? name : `${name}(${inner.join(';')})`;
}

/** What ends a value in a query, or is no character of one. */
const ENDS_VALUE = /[&#+]/g;

/** `$filter=…&$top=…`, escaped as a query is; without the `$skiptoken`. */
export function queryText(options: QueryOptions): string {
  return partsOf(options)
    .map(([name, value]) => `${name}=${encodeURI(value.toWellFormed()).replace(ENDS_VALUE, encodeURIComponent)}`)
    .join('&');
}
