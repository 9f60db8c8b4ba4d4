/**
 * `$select`, bound to the model.
 *
 *   select = item *( "," item )
 *   item   = "*" / [ typeName "/" ] property *( "/" ( property / typeName ) )
 */
import { graphError } from '../kernel/errors.js';
import { hasRoomFor, type Schema, type StructuredType } from '../model/schema.js';
import type { SelectItem } from '../query/plan.js';
import { findNavigation, findProperty, findType, isQualified, isRelated, unqualified } from './names.js';

function unknownProperty(property: string, type: StructuredType): never {
  throw graphError('optionPropertyUnknown', { property, type: type.name, option: '$select' }, property);
}

/** The type a `microsoft.graph.X` segment narrows to; undefined for a property name. */
function castOf(schema: Schema, name: string, from: StructuredType): StructuredType | undefined {
  if (!isQualified(name)) return undefined;
  const type = findType(schema, unqualified(name));
  if (type === undefined) unknownProperty(name, from);
  if (!isRelated(type, from)) throw graphError('castInvalid', { type: name, from: `microsoft.graph.${from.name}` }, name);
  return type;
}

function memberType(schema: Schema, type: StructuredType, name: string): { name: string; type: StructuredType | undefined } | undefined {
  const property = findProperty(schema, type, name);
  if (property !== undefined) return { name: property.name, type: property.type.kind === 'complex' ? property.type : undefined };
  const navigation = findNavigation(schema, type, name);
  if (navigation !== undefined) return { name: navigation.name, type: undefined };
  return hasRoomFor(type, name) ? { name, type: undefined } : undefined;
}

/** A member below a complex property: of its type, or of a type derived from it (`target/groupId`). */
function nestedMember(schema: Schema, type: StructuredType, name: string): { name: string; type: StructuredType | undefined } | undefined {
  const own = memberType(schema, type, name);
  if (own !== undefined) return own;
  for (const derived of type.derived) {
    const found = memberType(schema, derived, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function bindItem(schema: Schema, type: StructuredType, text: string): SelectItem {
  const segments = text.split('/');
  const cast = castOf(schema, segments[0] ?? '', type);
  const [head = '', ...rest] = cast === undefined ? segments : segments.slice(1);
  const owner = cast ?? type;
  const member = memberType(schema, owner, head);
  if (member === undefined) unknownProperty(head === '' ? text : head, owner);
  const path: string[] = [];
  let at = member.type;
  for (const segment of rest) {
    if (at === undefined) unknownProperty(segment, owner);
    const narrowed = castOf(schema, segment, at);
    if (narrowed !== undefined) {
      at = narrowed;
      continue;
    }
    const nested = nestedMember(schema, at, segment);
    if (nested === undefined) unknownProperty(segment, at);
    path.push(nested.name);
    at = nested.type;
  }
  return { name: member.name, cast, path, text };
}

/**
 * Bind a `$select` to a type. Undefined when it asks for everything (empty, or `*` among its items).
 * @throws optionPropertyUnknown, castInvalid
 */
export function bindSelect(text: string, schema: Schema, type: StructuredType): readonly SelectItem[] | undefined {
  // What is named twice is selected once: whoever writes an item looks at each of these.
  const items = new Map<string, SelectItem>();
  let everything = false;
  for (const part of text.split(',')) {
    const item = part.trim();
    if (item === '*') everything = true;
    else if (item !== '' && !items.has(item)) items.set(item, bindItem(schema, type, item));
  }
  return everything || items.size === 0 ? undefined : [...items.values()];
}
