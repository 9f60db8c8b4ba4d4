/** What every operation does: read its parameters, answer with a value. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { validateParameters } from '../../model/validate.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Decision } from '../write/change.js';

/** The parameters in the body of an action, by the model. */
export function parametersOf(body: JsonValue | undefined, plan: Plan, context: DomainContext): JsonObject {
  return plan.call === undefined ? {} : validateParameters(context.schema, plan.call.operation, body);
}

/** @param typeName as in a context: `Edm.String`, `Collection(microsoft.graph.x)` */
export function value(typeName: string, value: JsonValue): Decision {
  return { outcome: { kind: 'value', typeName, value, raw: false }, changes: undefined };
}
