/** How entities of one set are written where the model alone does not say it. */
import type { JsonValue } from '../../kernel/json.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import type { Decision } from './change.js';

/** `owner`: the entity that the set lies below; undefined at the top. What is left out is done as the model says (`write/plain`). */
export interface SetRules {
  readonly create?: (
    owner: Found | undefined,
    address: SetAddress,
    body: JsonValue,
    context: DomainContext,
  ) => Decision | Promise<Decision>;
  readonly update?: (
    owner: Found | undefined,
    found: Found,
    body: JsonValue,
    plan: Plan,
    context: DomainContext,
  ) => Decision | Promise<Decision>;
  readonly remove?: (owner: Found | undefined, found: Found, plan: Plan, context: DomainContext) => Decision | Promise<Decision>;
}
