/**
 * System query options -> QueryOptions, bound to the type they apply to. Which of them fit depends on what is asked of the path's end; one
 * that does not is refused, never ignored (quirk unsupportedFilters).
 */
import { graphError } from '../kernel/errors.js';
import type { Schema, StructuredType } from '../model/schema.js';
import type { Served } from '../model/served.js';
import type { QueryOptions } from '../query/plan.js';
import { bindExpand } from './expand.js';
import { bindFilter, bindOrderBy } from './filter.js';
import type { OptionTexts, SystemOption } from './query-string.js';
import { bindSelect } from './select.js';

/** What the options apply to; decides which are legal. */
export type OptionUse = 'list' | 'entity' | 'written' | 'count' | 'references' | 'values' | 'complex' | 'complexes' | 'none';

export interface OptionContext {
  readonly schema: Schema;
  readonly aliases: ReadonlyMap<string, string>;
  /** How many `$expand` lie around. */
  readonly depth: number;
  /** What `*` may stand for; whatever the schema declares where it is not given. */
  readonly served?: (() => Served) | undefined;
}

const PAGING = ['top', 'skip', 'count', 'skiptoken'] as const;
const ALLOWED: Readonly<Record<OptionUse, ReadonlySet<SystemOption>>> = {
  list: new Set(['select', 'expand', 'filter', 'orderby', 'search', ...PAGING]),
  entity: new Set(['select', 'expand']),
  // What a write answers with is the entity alone, as it was written.
  written: new Set(['select']),
  count: new Set(['filter', 'search']),
  references: new Set(['filter', 'orderby', 'search', ...PAGING]),
  values: new Set(PAGING),
  complex: new Set(['select']),
  complexes: new Set(['select', 'filter', 'orderby', 'search', ...PAGING]),
  none: new Set(),
};

const WHAT: Readonly<Record<OptionUse, string>> = {
  list: 'a collection',
  entity: 'a single entity',
  written: 'a write',
  count: '$count',
  references: 'references',
  values: 'a collection of values',
  complex: 'a complex value',
  complexes: 'a collection of complex values',
  none: 'this request',
};

export const NO_OPTIONS: QueryOptions = {
  select: undefined,
  expand: [],
  filter: undefined,
  orderBy: [],
  top: undefined,
  skip: undefined,
  count: false,
  search: undefined,
  skipToken: undefined,
};

function refuse(option: SystemOption, reason: string): never {
  throw graphError('optionInvalid', { option: `$${option}`, reason }, `$${option}`);
}

function nonNegative(option: SystemOption, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  if (Number.isSafeInteger(value)) return value;
  return refuse(option, `'${text}' is not a non-negative integer.`);
}

function booleanOption(text: string | undefined): boolean {
  if (text === undefined) return false;
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  return refuse('count', `'${text}' is neither true nor false.`);
}

/**
 * Bind options to `type`, the type of the entity or of the collection's members (undefined where there is none: no names can be given).
 * @throws optionInvalid for an option that does not fit the use or has a wrong value, optionPropertyUnknown, castInvalid, filterInvalid
 */
export function bindOptions(texts: OptionTexts, context: OptionContext, use: OptionUse, type: StructuredType | undefined): QueryOptions {
  if (texts.size === 0) return NO_OPTIONS;
  const allowed = ALLOWED[use];
  for (const option of texts.keys()) {
    if (!allowed.has(option)) {
      refuse(option, `it does not apply to ${WHAT[use]}.`);
    }
  }
  const skip = nonNegative('skip', texts.get('skip'));
  const skipToken = texts.get('skiptoken');
  if (skipToken !== undefined && skip !== undefined) refuse('skip', 'a page that $skiptoken names begins where it begins.');
  if (skipToken !== undefined && context.depth > 0) refuse('skiptoken', 'it does not apply inside $expand; ask for the link it stands in.');
  const select = texts.get('select');
  const expand = texts.get('expand');
  const filter = texts.get('filter');
  const orderBy = texts.get('orderby');
  const search = texts.get('search');
  // There is none where values are primitive.
  const names = (option: SystemOption): StructuredType => type ?? refuse(option, 'the values have no properties to name.');
  const scope = (option: SystemOption) => ({
    schema: context.schema,
    type: names(option),
    aliases: context.aliases,
    inner: context.depth > 0,
  });
  return {
    select: select === undefined ? undefined : bindSelect(select, context.schema, names('select')),
    expand: expand === undefined ? [] : bindExpand(expand, context, names('expand'), bindOptions),
    filter: filter === undefined ? undefined : bindFilter(filter, scope('filter')),
    orderBy: orderBy === undefined ? [] : bindOrderBy(orderBy, scope('orderby')),
    top: nonNegative('top', texts.get('top')),
    skip,
    count: booleanOption(texts.get('count')),
    search: search === undefined || names('search') === undefined ? undefined : search,
    skipToken,
  };
}
