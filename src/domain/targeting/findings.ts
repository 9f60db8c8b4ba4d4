/** GET /deviceManagement/muster.findings(): what is laid wrong in the assignments of all policies. */
import type { Finding } from '../../engine/targeting/policy.js';
import type { JsonValue } from '../../kernel/json.js';
import type { RowPage } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { Reader } from '../../storage/store.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { DomainContext } from '../context.js';
import type { Place } from '../read/place.js';
import { collectionOf, cut, pageOf, refuseSearch } from '../read/rows.js';
import { actionName } from '../roles/resource-actions.js';
import { isVisible, requireAction } from '../roles/rights.js';
import type { Decision } from '../write/change.js';
import { findingJson } from './finding-json.js';
import { readNames } from './names.js';

/**
 * Rows in order of policy id, `muster.finding` of the model; of the policies alone that the caller sees.
 * @throws GraphError roleActionMissing (403)
 */
export async function findings(_place: Place, _body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  requireAction(actionName('DeviceConfigurations', 'Read'), context);
  refuseSearch(plan);
  const all = await context.resident.targeting((targeting) => targeting.findings());
  return collectionOf(await pageOfFindings(await shown(all, context), plan, context), plan);
}

/** Names are read for what is asked about: of a page where nothing else decides on it. */
async function pageOfFindings(all: readonly Finding[], plan: Plan, context: DomainContext): Promise<RowPage> {
  const { filter, orderBy } = plan.options;
  if (filter !== undefined || orderBy.length > 0) return pageOf(await rowsOf(all, context), plan, context);
  const { members, count, nextSkip } = cut(all, plan, context);
  return { rows: await rowsOf(members, context), count, nextSkip };
}

async function rowsOf(some: readonly Finding[], context: DomainContext) {
  const names = await readNames(context.tenant, some, visibleReader(context));
  return some.map((finding) => findingJson(finding, names));
}

async function shown(all: readonly Finding[], context: DomainContext): Promise<readonly Finding[]> {
  if (context.rights === undefined) return all;
  const ids = [...new Set(all.map(({ policyId }) => policyId))];
  const keys = ids.map((id) => ({ set: CONFIGURATIONS, parent: '', id }));
  const policies = await visibleReader(context).read(context.tenant, keys);
  const visible = new Set(policies.map((stored) => stored?.id));
  return all.filter(({ policyId }) => visible.has(policyId));
}

/** Reads by key what the caller's scope tags let him see. */
function visibleReader(context: DomainContext): Reader {
  const { reader } = context;
  return {
    read: async (tenant, keys) =>
      (await reader.read(tenant, keys)).map((stored) => (stored !== undefined && isVisible(stored, context) ? stored : undefined)),
    list: (tenant, query) => reader.list(tenant, query),
    links: (tenant, query) => reader.links(tenant, query),
  };
}
