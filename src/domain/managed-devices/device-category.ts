/** Device categories: a device shows the name of its category, so a new name, or none, is written to every device that has it. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { mergeUpdate } from '../../model/merge.js';
import { validatePayload } from '../../model/validate.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { changeSet, checkIfMatch, type Decision, keyOf, unchanged, updated } from '../write/change.js';
import { betaType } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';
import { CATEGORY_LINK, MANAGED_DEVICES, membersUntouched } from './records.js';

export const categoryRules: SetRules = {
  update: (_owner, found, body, plan, context) => updateCategory(found, body, plan, context),
  remove: (_owner, found, plan, context) => deleteCategory(found, plan, context),
};

async function updateCategory(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const before = found.json();
  const { given } = validatePayload(context.schema, found.type, body, 'update');
  if (given.displayName === null || given.displayName === '') {
    throw graphError('propertyRequired', { property: 'displayName', type: stored.type }, 'displayName');
  }
  const json = mergeUpdate(betaType(found.type, context), before, given);
  if (json.displayName === before.displayName) return updated(found, json, context);
  // Before the devices are read: one that joins later then breaks the expectation.
  const members = await membersUntouched(stored.id, context);
  const devices = await devicesOf(stored.id, context);
  return updated(found, json, context, {
    expect: [members, ...devices.map(unchanged)],
    operations: devices.map((device) => named(device, String(json.displayName))),
  });
}

async function deleteCategory(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const members = await membersUntouched(stored.id, context);
  const links = await context.reader.links(context.tenant, { kind: CATEGORY_LINK, to: stored.id });
  const devices = await devicesOf(stored.id, context);
  const operations: ChangeOperation[] = [
    ...links.map((link) => ({ kind: 'unlink' as const, link })),
    ...devices.map((device) => named(device, '')),
    { kind: 'delete', key: keyOf(stored) },
  ];
  const expect = [unchanged(stored), members, ...devices.map(unchanged)];
  return { outcome: { kind: 'none' }, changes: changeSet(context, expect, operations) };
}

async function devicesOf(categoryId: string, context: DomainContext): Promise<readonly StoredEntity[]> {
  const links = await context.reader.links(context.tenant, { kind: CATEGORY_LINK, to: categoryId });
  const keys = links.map(({ from }) => ({ set: MANAGED_DEVICES, parent: '', id: from }));
  return (await context.reader.read(context.tenant, keys)).filter((device) => device !== undefined);
}

function named(device: StoredEntity, displayName: string): ChangeOperation {
  const json = JSON.stringify({ ...(JSON.parse(device.json) as JsonObject), deviceCategoryDisplayName: displayName });
  return { kind: 'put', key: keyOf(device), type: device.type, json };
}
