/**
 * What filters have been evaluated for a device: one entity for each pair of a policy and a filter of the device's platform that an assignment of the
 * policy carries (rule-languages spec, A8). The entities tell no more than `id` and `payloadId`; how each filter judged the device is asked with
 * getAssignmentFiltersStatusDetails.
 */
import { platformOfDevice } from '../../engine/columns/managed-device.js';
import type { JsonObject } from '../../kernel/json.js';
import { ASSIGNMENT_FILTERS } from '../assignments/records.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { wholeSet } from '../read/whole-set.js';
import { isVisible } from '../roles/rights.js';

const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';

export async function evaluationsOfDevice(device: Found | undefined, context: DomainContext): Promise<readonly JsonObject[]> {
  if (device === undefined) return [];
  const platform = platformOfDevice(device.json());
  const filters = (await wholeSet(context, ASSIGNMENT_FILTERS)).filter(
    (filter) => (JSON.parse(filter.json) as JsonObject).platform === platform && isVisible(filter, context),
  );
  const rows = await Promise.all(
    filters.map(async ({ id }) => {
      const uses = await context.reader.links(context.tenant, { kind: 'assignmentFilter', to: id });
      const policies = [...new Set(uses.map(({ from }) => from.slice(0, from.indexOf('/'))))].sort();
      const stored = await context.reader.read(
        context.tenant,
        policies.map((policy) => ({ set: CONFIGURATIONS, parent: '', id: policy })),
      );
      return stored.flatMap((policy) =>
        policy === undefined || !isVisible(policy, context) ? [] : [{ id: `${policy.id}_${id}`, payloadId: policy.id }],
      );
    }),
  );
  return rows.flat();
}
