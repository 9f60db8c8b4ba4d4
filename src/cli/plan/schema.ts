/** What a plan file may say. The JSON schema for editors (docs/reference/plan.schema.json) is made of this. */
import { z } from 'zod';

const name = (what: string) => z.string().min(1).max(256).describe(what);

const targets = ['group', 'excludeGroup', 'allDevices', 'allUsers'] as const;

const assignment = z
  .strictObject({
    group: name('Name or id of a group that gets the policy.').optional(),
    excludeGroup: name('Name or id of a group that is kept from the policy.').optional(),
    allDevices: z.literal(true).describe('Every device gets the policy.').optional(),
    allUsers: z.literal(true).describe('Every licensed user gets the policy.').optional(),
    filter: name('Name or id of an assignment filter.').optional(),
    filterMode: z
      .enum(['include', 'exclude'])
      .describe('Whether devices that match the filter are in or out. Default: include.')
      .optional(),
    intent: z.enum(['apply', 'remove']).describe('Whether the policy is applied or removed. Default: apply.').optional(),
  })
  .superRefine((value, context) => {
    const given = targets.filter((target) => value[target] !== undefined);
    if (given.length !== 1) {
      const message =
        given.length === 0 ? `says no target: give one of ${targets.join(', ')}` : `says ${given.join(' and ')}: give one of them`;
      context.addIssue({ code: 'custom', message });
    }
    if (value.filterMode !== undefined && value.filter === undefined) {
      context.addIssue({ code: 'custom', message: 'says filterMode, but no filter' });
    }
  })
  .describe('One assignment: exactly one target, and what narrows it.');

const policy = z
  .strictObject({
    policy: name('Name or id of a device configuration.'),
    assignments: z.array(assignment).max(2000).describe('All assignments that the policy shall have. None: it is assigned to nobody.'),
  })
  .describe('A policy and the whole of its assignments. Policies that no plan names stay as they are.');

export const planSchema = z
  .strictObject({
    $schema: z.string().describe('Address of this schema, for editors.').optional(),
    policies: z.array(policy).max(50_000).describe('The policies whose assignments this plan says.'),
  })
  .describe('Desired assignments of device configurations, for muster plan and muster apply.');

export type PlanDocument = z.infer<typeof planSchema>;
export type WrittenAssignment = PlanDocument['policies'][number]['assignments'][number];

/** Keys by the place where they may stand, for a word about a slip. */
export const knownKeys: readonly string[] = ['policies', 'policy', 'assignments', ...Object.keys(assignment.shape)];

/** The JSON schema (draft 2020-12) that editors read. */
export function planJsonSchema(): unknown {
  const schema = z.toJSONSchema(planSchema, {
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== (assignment as unknown)) return;
      jsonSchema.oneOf = targets.map((target) => ({ required: [target] }));
      jsonSchema.dependentRequired = { filterMode: ['filter'] };
    },
  });
  return { ...schema, title: 'Muster plan' };
}
