import type { JsonObject } from '../../kernel/json.js';
import { projectEntity } from '../../model/project.js';
import type { Expanded, Item } from '../../query/outcome.js';
import type { DomainContext } from '../context.js';
import type { Found } from './place.js';

/** A found entity as the asked API version shows it. The stored text is handed on unparsed where it is shown as it stands. */
export function toItem(found: Found, context: DomainContext, expanded: readonly Expanded[] = []): Item {
  const { stored, type, address } = found;
  const shown = context.schema === context.beta ? undefined : projected(found, context);
  return {
    set: address.set,
    parent: address.parent,
    id: stored.id,
    type,
    text: shown === undefined ? stored.json : JSON.stringify(shown),
    json: shown === undefined ? found.json : () => shown,
    version: stored.version,
    expanded,
  };
}

function projected(found: Found, context: DomainContext): JsonObject {
  return projectEntity(found.json(), found.stored.type, context.beta, context.schema)?.json ?? {};
}
