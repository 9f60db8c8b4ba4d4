/** Small random tenants as lines of an import, in the order in which an import takes them. Names are as bad as names get. */
import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../kernel/json.js';

const id = (kind: number, n: number) => `0${kind}000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

const badNames = [
  'Sales',
  'sales',
  'a/b\\c:d*e?f"g<h>i|j',
  'CON',
  'ends with a dot.',
  '.hidden',
  'Ünïcode 漢字 😀',
  '  spaces  ',
  'x'.repeat(250),
  '1e3',
  'yes',
  '0x1F',
  '# no comment',
  "it's: {a} [list]",
  '- item',
  '2024-01-31',
  '__0a000001-0000-4000-8000-000000000001',
  '~',
  'null',
  '..',
];
const name = fc.oneof(
  fc.constantFrom(...badNames),
  fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== ''),
);
const text = fc.oneof(
  fc.constantFrom(...badNames, '', 'two\nlines\n', '\ttab', ' ', '%', '@x', '`', '!tag', '&a', '*a', '1_000', '190:20:30', '=', '<<'),
  fc.string(),
);

export interface RandomTenant {
  readonly lines: readonly JsonObject[];
  readonly groups: readonly JsonObject[];
}

/** @param uniqueNames whether no two groups, filters or scope tags share a name, upper and lower case alike */
export function randomTenant({ uniqueNames }: { readonly uniqueNames: boolean }): fc.Arbitrary<RandomTenant> {
  const names = (count: number) => {
    const list = fc.array(name, { minLength: count, maxLength: count });
    return uniqueNames ? list.map((all) => all.map((one, index) => `${one.trim()} ${index}`)) : list;
  };
  const groups = fc.tuple(names(4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })).map(([list, dynamic]) =>
    list.map((displayName, n) => ({
      '@odata.type': '#microsoft.graph.group',
      id: id(1, n),
      displayName,
      groupTypes: dynamic[n] ? ['DynamicMembership'] : [],
      mailEnabled: false,
      mailNickname: `g${n}`,
      membershipRule: dynamic[n] ? '(user.department -eq "Sales")' : null,
      securityEnabled: true,
    })),
  );
  const tags = names(2).map((list) =>
    list.map((displayName, n) => ({
      '@odata.type': '#microsoft.graph.roleScopeTag',
      id: String(n),
      displayName,
      description: '',
      isBuiltIn: n === 0,
    })),
  );
  const filters = fc.tuple(names(2), text).map(([list, description]) =>
    list.map((displayName, n) => ({
      '@odata.type': '#microsoft.graph.deviceAndAppManagementAssignmentFilter',
      id: id(2, n),
      displayName,
      description,
      platform: 'windows10AndLater',
      rule: '(device.model -eq "X")',
      roleScopeTags: ['0'],
      assignmentFilterManagementType: 'devices',
    })),
  );
  const target = fc.oneof(
    fc
      .tuple(fc.constantFrom('group', 'exclusionGroup'), fc.nat(4))
      .map(([kind, n]) => ({ '@odata.type': `#microsoft.graph.${kind}AssignmentTarget`, groupId: id(1, n) })),
    fc.constantFrom('allDevices', 'allLicensedUsers').map((kind) => ({ '@odata.type': `#microsoft.graph.${kind}AssignmentTarget` })),
  );
  const assignment = fc.tuple(target, fc.option(fc.nat(1), { nil: undefined })).map(([aimed, filter]) => ({
    intent: 'apply',
    source: 'direct',
    target: {
      ...aimed,
      deviceAndAppManagementAssignmentFilterType: filter === undefined ? 'none' : 'include',
      ...(filter === undefined ? {} : { deviceAndAppManagementAssignmentFilterId: id(2, filter) }),
    },
  }));
  const configuration = fc.record({
    displayName: name,
    description: fc.option(text),
    roleScopeTagIds: fc.constantFrom(['0'], ['0', '1'], ['1']),
    assignments: fc.uniqueArray(assignment, {
      maxLength: 4,
      selector: ({ target }) => ('groupId' in target ? target.groupId : target['@odata.type']),
    }),
    value: text,
  });
  const configurations = fc.array(configuration, { maxLength: 4 }).map((list) =>
    list.map(({ value, ...rest }, n) => ({
      '@odata.type': '#microsoft.graph.windows10CustomConfiguration',
      id: id(3, n),
      ...rest,
      omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingString', displayName: 'x', omaUri: './x', value }],
    })),
  );
  const content = fc.oneof(
    fc.record({
      '@odata.type': fc.constant('#microsoft.graph.deviceShellScript'),
      displayName: text,
      list: fc.array(text, { maxLength: 3 }),
      n: fc.integer(),
      b: fc.boolean(),
    }),
    fc.record({
      '@odata.type': fc.constant('#microsoft.graph.iosCompliancePolicy'),
      displayName: text,
      deep: fc.constant({ a: [{ b: null }] }),
    }),
  );
  return fc.tuple(groups, tags, filters, configurations, fc.array(content, { maxLength: 3 })).map(([g, t, f, c, k]) => ({
    groups: g,
    lines: [...t, ...g, ...f, ...c, ...k.map(keptLine)] as readonly JsonObject[],
  }));
}

function keptLine(content: Readonly<Record<string, JsonValue>>, n: number): JsonObject {
  return {
    '@muster.kept': {
      type: String(content['@odata.type']),
      name: String(content.displayName),
      path: `Scripts/${n}.json`,
      format: 'x',
      content,
    },
  };
}
