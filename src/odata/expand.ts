/**
 * `$expand`, bound to the model.
 *
 *   expand  = item *( "," item )
 *   item    = "*" / [ typeName "/" ] navigation [ "/$ref" / "/$count" ] [ "(" option *( ";" option ) ")" ]
 *   option  = name "=" value           ; as in a query, the `$` optional; quotes and parentheses nest
 *           / "$levels=" ( 1*digit / "max" )
 */
import { graphError } from '../kernel/errors.js';
import type { NavigationProperty, StructuredType } from '../model/schema.js';
import type { ExpandItem } from '../query/plan.js';
import { findNavigation, findType, isQualified, isRelated, unqualified } from './names.js';
import type { bindOptions, OptionContext, OptionUse } from './options.js';
import { addOption, type SystemOption, systemOption } from './query-string.js';

/** Options bind items and items bind options: the caller hands itself in. */
type BindOptions = typeof bindOptions;

const MAX_DEPTH = 6;
const SEMICOLON = 59;
const COMMA = 44;

function invalid(reason: string): never {
  throw graphError('optionInvalid', { option: '$expand', reason }, '$expand');
}

/** Split at a separator that stands outside quotes and parentheses. */
function splitOutside(text: string, separator: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 39) quoted = !quoted;
    else if (quoted) continue;
    else if (code === 40) depth++;
    else if (code === 41) {
      depth--;
      if (depth < 0) invalid(`a parenthesis closes at position ${at} that never opened.`);
    } else if (code === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  if (quoted) invalid('a quote is never closed.');
  if (depth > 0) invalid('a parenthesis is never closed.');
  parts.push(text.slice(from));
  return parts;
}

function nestedOptions(text: string): Map<SystemOption, string> {
  const options = new Map<SystemOption, string>();
  for (const part of splitOutside(text, SEMICOLON)) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim();
    const option = name.toLowerCase() === 'levels' ? 'levels' : systemOption(name);
    if (option === undefined || equals < 0) invalid(`'${name}' is no option.`);
    addOption(options, option, part.slice(equals + 1));
  }
  for (const [option, value] of options) if (value === '') options.delete(option);
  return options;
}

interface ItemPath {
  readonly property: NavigationProperty;
  readonly cast: StructuredType | undefined;
  readonly form: ExpandItem['form'];
}

function bindItemPath(path: string, context: OptionContext, type: StructuredType): ItemPath {
  const segments = path.split('/').map((segment) => segment.trim());
  let cast: StructuredType | undefined;
  const [first = ''] = segments;
  if (isQualified(first)) {
    cast = findType(context.schema, unqualified(first));
    if (cast === undefined || !isRelated(cast, type)) {
      throw graphError('castInvalid', { type: first, from: `microsoft.graph.${type.name}` }, first);
    }
    segments.shift();
  }
  const [name = '', suffix, ...rest] = segments;
  const owner = cast ?? type;
  const property = findNavigation(context.schema, owner, name);
  if (property === undefined || property.type.kind === 'unknown') {
    throw graphError('optionPropertyUnknown', { property: name, type: owner.name, option: '$expand' }, name);
  }
  const system = suffix?.toLowerCase();
  if (rest.length > 0 || (system !== undefined && system !== '$ref' && system !== '$count')) {
    invalid(`'${path}' goes on after the navigation property; nest it: ${name}($expand=…).`);
  }
  if (system === '$count' && !property.collection) invalid(`'${name}' is not a collection and has no $count.`);
  return { property, cast, form: system === '$ref' ? 'references' : system === '$count' ? 'count' : 'entities' };
}

function useOf(item: ItemPath): OptionUse {
  if (item.form === 'count') return 'count';
  if (!item.property.collection) return item.form === 'references' ? 'none' : 'entity';
  return item.form === 'references' ? 'references' : 'list';
}

/** Managers above managers: more than any organisation has, and what the reference allows. */
const MOST_LEVELS = 1000;

/**
 * How many levels an item expands, itself the first (OData URL conventions, section 5.1.3.3).
 * @throws optionInvalid where the property does not lead back to itself, or fans out
 */
function levelsOf(text: string | undefined, { property, form }: ItemPath, context: OptionContext): number {
  if (text === undefined) return 1;
  const refused = (reason: string): never => {
    throw graphError('optionInvalid', { option: '$levels', reason }, '$levels');
  };
  const levels = text.toLowerCase() === 'max' ? MOST_LEVELS : /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (levels < 1 || levels > MOST_LEVELS) refused(`'${text}' is neither a number from 1 to ${MOST_LEVELS} nor max.`);
  if (levels === 1) return 1;
  if (property.collection || form !== 'entities') refused(`'${property.name}' is not expanded over several levels; nest $expand.`);
  const target = property.type.kind === 'unknown' ? undefined : property.type;
  const again = (type: StructuredType) => findNavigation(context.schema, type, property.name) !== undefined;
  if (target === undefined || ![target, ...target.derived].some(again))
    refused(`'${property.name}' does not lead to another '${property.name}'.`);
  return levels;
}

/** `*`: every navigation property of the type that leads to something the model describes and the service serves. */
function allOf(type: StructuredType, context: OptionContext, bindNested: BindOptions): ExpandItem[] {
  const options = bindNested(new Map(), context, 'list', undefined);
  const served = context.served?.();
  const isServed = (property: NavigationProperty): boolean => {
    const declarer = context.schema.types.get(property.declaredBy);
    return served === undefined || (declarer !== undefined && served.ownNavigation(declarer).includes(property));
  };
  return [...type.navigation.values()]
    .filter((property) => property.type.kind !== 'unknown' && isServed(property))
    .map((property) => ({ property, cast: undefined, options, form: 'entities', levels: 1 }));
}

function bindItem(text: string, context: OptionContext, type: StructuredType, bindNested: BindOptions): ExpandItem {
  const open = text.indexOf('(');
  const path = (open < 0 ? text : text.slice(0, open)).trim();
  if (path === '*' || path.startsWith('*/')) invalid("'*' stands alone: name the navigation property to say more about it.");
  if (open >= 0 && !text.endsWith(')')) invalid(`'${text.slice(text.lastIndexOf(')') + 1)}' follows the options of '${path}'.`);
  const item = bindItemPath(path, context, type);
  const nested = open < 0 ? new Map<SystemOption, string>() : nestedOptions(text.slice(open + 1, -1));
  const levels = levelsOf(nested.get('levels'), item, context);
  nested.delete('levels');
  const target = item.property.type.kind === 'unknown' ? undefined : item.property.type;
  return { ...item, levels, options: bindNested(nested, { ...context, depth: context.depth + 1 }, useOf(item), target) };
}

/**
 * Bind an `$expand` to a type.
 * @throws optionPropertyUnknown, castInvalid, optionInvalid (syntax, a property twice, deeper than 6 levels) and what nested options throw
 */
export function bindExpand(text: string, context: OptionContext, type: StructuredType, bindNested: BindOptions): readonly ExpandItem[] {
  if (context.depth >= MAX_DEPTH) invalid(`it nests deeper than ${MAX_DEPTH} levels.`);
  const items = new Map<string, ExpandItem>();
  let star = false;
  for (const part of splitOutside(text, COMMA)) {
    const trimmed = part.trim();
    if (trimmed === '*') star = true;
    if (trimmed === '' || trimmed === '*') continue;
    const item = bindItem(trimmed, context, type, bindNested);
    const key = keyOf(item);
    if (items.has(key)) invalid(`'${item.property.name}' stands more than once.`);
    items.set(key, item);
  }
  // What is named says more than what `*` stands for.
  if (star) for (const item of allOf(type, context, bindNested)) if (!items.has(keyOf(item))) items.set(keyOf(item), item);
  return [...items.values()];
}

function keyOf({ cast, property }: ExpandItem): string {
  return `${cast?.name ?? ''}/${property.name}`;
}
