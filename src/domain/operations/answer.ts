/** What every operation does: read its parameters, answer with a value. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { validateParameters } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { expandItems } from '../read/expand.js';
import type { Found } from '../read/place.js';
import type { Decision } from '../write/change.js';

/** The parameters in the body of an action, by the model. */
export function parametersOf(body: JsonValue | undefined, plan: Plan, context: DomainContext): JsonObject {
  return plan.call === undefined ? {} : validateParameters(context.schema, plan.call.operation, body);
}

/** @param typeName as in a context: `Edm.String`, `Collection(microsoft.graph.x)` */
export function value(typeName: string, value: JsonValue): Decision {
  return { outcome: { kind: 'value', typeName, value, raw: false }, changes: undefined };
}

/** Entities of a set, each with what `$expand` asks for; the other options are `shapedAnswer`'s affair. */
export async function entities(found: readonly Found[], address: SetAddress, plan: Plan, context: DomainContext): Promise<Decision> {
  const items = await expandItems(found, plan.options, context);
  return { outcome: { kind: 'collection', address, page: { items, count: undefined, nextSkip: undefined } }, changes: undefined };
}
