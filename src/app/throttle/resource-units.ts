/**
 * What a request of the directory costs, in resource units (service-specific throttling limits of Microsoft Graph, identity and access). What is
 * not in the table costs 1; `$select` and a `$top` below 20 make a request cheaper by 1, `$expand` dearer; none costs less than 1.
 */
import type { Plan } from '../../query/plan.js';

/** By method and path, `me` for one user. */
const COSTS: ReadonlyMap<string, number> = new Map([
  ['GET users', 2],
  ['GET subscribedSkus', 3],
  ['GET groups/{id}/members', 3],
  ['GET groups/{id}/transitiveMembers', 5],
  ['POST directoryObjects/getByIds', 3],
  ['POST me/checkMemberGroups', 4],
  ['POST me/checkMemberObjects', 4],
  ['POST me/getMemberGroups', 2],
  ['POST me/getMemberObjects', 2],
  ['GET me/licenseDetails', 2],
  ['GET me/memberOf', 2],
  ['GET me/ownedObjects', 2],
  ['GET me/transitiveMemberOf', 2],
]);

const SMALL_PAGE = 20;

export interface Cost {
  readonly units: number;
  /** Whether it counts as a write, too. */
  readonly writes: boolean;
}

export function costOf(plan: Plan): Cost {
  const listed = COSTS.get(`${plan.method === 'HEAD' ? 'GET' : plan.method} ${pathOf(plan)}`);
  const { select, expand, top } = plan.options;
  const saved = (select?.length ? 1 : 0) + (top !== undefined && top < SMALL_PAGE ? 1 : 0);
  const units = Math.max(1, (listed ?? 1) + (expand.length > 0 ? 1 : 0) - saved);
  return { units, writes: listed === undefined && plan.method !== 'GET' && plan.method !== 'HEAD' };
}

function pathOf({ path, call }: Plan): string {
  const steps = path.flatMap((step) => {
    if (step.kind === 'key') return ['{id}'];
    if (step.kind === 'cast') return [];
    return ['property' in step ? step.property.name : step.name];
  });
  if (call !== undefined) steps.push(call.operation.name);
  return steps.join('/').replace(/^users\/\{id\}/, 'me');
}
