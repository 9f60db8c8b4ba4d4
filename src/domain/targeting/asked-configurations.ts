/** The parameter by which Graph's own operations name the configurations they ask about. */
import { graphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { DomainContext } from '../context.js';
import { parametersOf } from '../operations/answer.js';
import { isVisible } from '../roles/rights.js';

/** Ids that one request may name. */
const MOST = 1000;

export interface AskedConfiguration {
  readonly id: string;
  /** Undefined: there is none, or the caller's scope tags do not let him see it. */
  readonly stored: StoredEntity | undefined;
}

/**
 * The configurations that an action's body names, each once.
 * @throws GraphError parameterInvalid (400)
 */
export async function askedConfigurations(
  parameter: string,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<readonly AskedConfiguration[]> {
  const operation = plan.call?.operation.name ?? '';
  const given = parametersOf(body, plan, context)[parameter];
  const ids = Array.isArray(given) ? (given as readonly JsonValue[]) : [undefined];
  if (!ids.every((id) => typeof id === 'string')) {
    throw graphError('parameterInvalid', { operation, reason: `give ${parameter}, an array of ids.` }, parameter);
  }
  const asked = [...new Set(ids)];
  if (asked.length > MOST) throw graphError('parameterInvalid', { operation, reason: `name ${MOST} ids at most.` }, parameter);
  const keys = asked.map((id) => ({ set: CONFIGURATIONS, parent: '', id }));
  const found = await context.reader.read(context.tenant, keys);
  return asked.map((id, index) => {
    const stored = found[index];
    return { id, stored: stored !== undefined && isVisible(stored, context) ? stored : undefined };
  });
}
