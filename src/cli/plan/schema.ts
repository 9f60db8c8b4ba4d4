/** What a plan file may say: the JSON schema that editors read and by which files are checked (`check.ts`). */

/** The part of JSON Schema (draft 2020-12) that is used here. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly const?: true;
  /** Exactly one of these members stands there. */
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly default?: string;
}

export const MOST_NAME = 256;
export const MOST_ASSIGNMENTS = 2000;
export const MOST_POLICIES = 50_000;

const name = (description: string): Schema => ({ description, type: 'string', minLength: 1, maxLength: MOST_NAME });

const assignment: Schema = {
  description: 'One assignment: exactly one target, and what narrows it.',
  type: 'object',
  properties: {
    group: name('Name or id of a group that gets the policy.'),
    excludeGroup: name('Name or id of a group that is kept from the policy.'),
    allDevices: { description: 'Every device gets the policy.', const: true },
    allUsers: { description: 'Every licensed user gets the policy.', const: true },
    filter: name('Name or id of an assignment filter.'),
    filterMode: {
      description: 'Whether devices that match the filter are in or out.',
      enum: ['include', 'exclude'],
      default: 'include',
    },
    intent: { description: 'Whether the policy is applied or removed.', enum: ['apply', 'remove'], default: 'apply' },
  },
  additionalProperties: false,
  oneOf: ['group', 'excludeGroup', 'allDevices', 'allUsers'].map((target) => ({ required: [target] })),
  dependentRequired: { filterMode: ['filter'] },
};

const policy: Schema = {
  description: 'A policy and the whole of its assignments. Policies that no plan names stay as they are.',
  type: 'object',
  properties: {
    policy: name('Name or id of a device configuration.'),
    assignments: {
      description: 'All assignments that the policy shall have. None: it is assigned to nobody.',
      type: 'array',
      items: assignment,
      maxItems: MOST_ASSIGNMENTS,
    },
  },
  required: ['policy', 'assignments'],
  additionalProperties: false,
};

export const planSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Muster plan',
  description: 'Desired assignments of device configurations, for muster plan and muster apply.',
  type: 'object',
  properties: {
    $schema: { description: 'Address of this schema, for editors.', type: 'string' },
    policies: { description: 'The policies whose assignments this plan says.', type: 'array', items: policy, maxItems: MOST_POLICIES },
  },
  required: ['policies'],
  additionalProperties: false,
};

export interface WrittenAssignment {
  readonly group?: string;
  readonly excludeGroup?: string;
  readonly allDevices?: true;
  readonly allUsers?: true;
  readonly filter?: string;
  readonly filterMode?: 'include' | 'exclude';
  readonly intent?: 'apply' | 'remove';
}

export interface PlanDocument {
  readonly policies: readonly { readonly policy: string; readonly assignments: readonly WrittenAssignment[] }[];
}
