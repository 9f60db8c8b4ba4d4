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
  const { set, parent } = address;
  const { id, version } = stored;
  const shown = whole ? undefined : shownByDefault(type.name, context.schema.version);
  const place = shown === undefined ? stored.place : undefined;
  if (shown === undefined && context.schema === context.beta)
    return { set, parent, id, type, text: stored.json, json: found.json, version, expanded, place };
  // Worked out when somebody looks: what was written before need not be.
  let made: JsonObject | undefined;
  let text: string | undefined;
  const json = (): JsonObject => {
    if (made !== undefined) return made;
    const projected = projectedJson(found, context);
    made = shown === undefined ? projected : withDefaults(projected, shown);
    return made;
  };
  return {
    set,
    parent,
    id,
    type,
    get text() {
      text ??= JSON.stringify(json());
      return text;
    },
    json,
    version,
    expanded,
    place,
  };
}

function projectedJson(found: Found, context: DomainContext): JsonObject {
  if (context.schema === context.beta) return found.json();
  return projectEntity(found.json(), found.stored.type, context.beta, context.schema)?.json ?? {};
}
