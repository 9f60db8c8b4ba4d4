import type { JsonObject } from '../../kernel/json.js';
import { projectEntity } from '../../model/project.js';
import type { Expanded, Item } from '../../query/outcome.js';
import type { DomainContext } from '../context.js';
import { shownByDefault, withDefaults } from '../directory/default-properties.js';
import type { Found } from './place.js';

/**
 * A found entity as the asked API version shows it. The stored text is handed on unparsed where it is shown as it stands.
 * @param whole with the properties that show only when they are selected
 */
export function toItem(found: Found, context: DomainContext, expanded: readonly Expanded[] = [], whole = false): Item {
  const { stored, type, address } = found;
  const shown = whole ? undefined : shownByDefault(type.name, context.schema.version);
  const changed = projected(found, context);
  const json = shown === undefined ? changed : withDefaults(changed ?? found.json(), shown);
  return {
    set: address.set,
    parent: address.parent,
    id: stored.id,
    type,
    text: json === undefined ? stored.json : JSON.stringify(json),
    json: json === undefined ? found.json : () => json,
    version: stored.version,
    expanded,
  };
}

/** Undefined where the entity shows as it is stored. */
function projected(found: Found, context: DomainContext): JsonObject | undefined {
  if (context.schema === context.beta) return undefined;
  return projectEntity(found.json(), found.stored.type, context.beta, context.schema)?.json ?? {};
}
