/** What decides on the text of an entity besides the entity. */
import type { SetAddress } from '../query/outcome.js';
import type { Plan } from '../query/plan.js';
import { projectionText } from './context-url.js';

/**
 * The same for two requests only if they have every entity of the set, with the same entities expanded in it, written alike.
 * @param plan with the preferences by which values are written
 * @returns undefined where more decides than can be said
 */
export function writtenShape(plan: Plan, { set, parent, type }: SetAddress, origin: string): string | undefined {
  const { version, method, metadata, ieee754Compatible, prefer, options } = plan;
  // Links of full metadata tell the place of an entity, and what is served.
  if (metadata === 'full') return undefined;
  if (options.expand.some(({ form, options: inner }) => form !== 'entities' || inner.expand.length > 0)) return undefined;
  const later = prefer.includeUnknownEnumMembers;
  return JSON.stringify([version, method, metadata, ieee754Compatible, later, set, parent, type.name, origin, projectionText(options)]);
}
