import { describe, expect, it } from 'vitest';
import { readTarget } from '../../domain/assignments/target.js';
import { filterFits, platformOf } from '../../domain/platform.js';
import type { JsonObject } from '../../kernel/json.js';
import { validatePayload } from '../../model/validate.js';
import { seedTenant } from './built-in.js';
import { DOCS_ASSIGNMENT_ID, docsExampleBody, docsTenantPaths } from './docs.js';
import { beta, readSeed } from './testing/read-seed.js';

const docs = readSeed(seedTenant('docs', { schema: beta }));
const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';

/** Follow a path by links, as a server would; the configuration it ends at. */
function walk(path: string): string {
  const segments = path.split('/').slice(4);
  let at = segments.shift()!;
  while (segments[0] !== 'assignments') {
    const segment = segments.shift()!;
    const configuration = docs.of(CONFIGURATIONS).get(at)!;
    if (segment.startsWith('microsoft.graph.')) {
      expect(configuration.type).toBe(segment.slice('microsoft.graph.'.length));
      continue;
    }
    const navigation = beta.types.get(configuration.type)?.navigation.get(segment);
    expect(navigation, `${configuration.type}.${segment}`).toBeDefined();
    const links = docs.from(segment, at).map(({ to }) => to);
    at = navigation?.collection ? links.find((to) => to === segments[0])! : links[0]!;
    if (navigation?.collection) segments.shift();
    expect(at).toBeDefined();
  }
  expect(segments).toEqual(['assignments', DOCS_ASSIGNMENT_ID]);
  return at;
}

const assignmentOf = (configurationId: string) =>
  docs.entities.find(
    ({ key }) => key.set === `${CONFIGURATIONS}/assignments` && key.parent === configurationId && key.id === DOCS_ASSIGNMENT_ID,
  )?.json;

describe('the documentation page', () => {
  it('has ten paths here, from ten configurations to ten', () => {
    expect(docsTenantPaths).toHaveLength(10);
    expect(new Set(docsTenantPaths.map(({ path }) => path.split('/')[4])).size).toBe(10);
    expect(new Set(docsTenantPaths.map(({ path }) => walk(path))).size).toBe(10);
  });

  it('starts its example on the first path from its own body', () => {
    expect(docsTenantPaths[0]?.body).toBeUndefined();
    expect(docsTenantPaths.filter(({ body }) => body === undefined)).toHaveLength(6);
  });

  it.each(docsTenantPaths.map((entry) => [entry.path, entry] as const))(
    '%s: the body is acceptable there and changes something',
    (path, entry) => {
      const configurationId = walk(path);
      const { type } = docs.of(CONFIGURATIONS).get(configurationId)!;
      const before = assignmentOf(configurationId)!;
      const body = entry.body ?? docsExampleBody;
      const { given } = validatePayload(beta, beta.types.get('deviceConfigurationAssignment')!, body, 'update');
      const target = given.target as JsonObject;

      expect(before).toMatchObject({ id: DOCS_ASSIGNMENT_ID, source: 'policySets', sourceId: 'Source Id value', intent: 'apply' });
      expect(given.intent).toBe('remove');
      expect(target).not.toEqual(before.target);
      const read = readTarget(target)!;
      expect(read).toEqual({ kind: 'scopeTag', targetType: 'user', entraObjectId: 'Entra Object Id value' });
      expect(docs.of('users').has('Entra Object Id value')).toBe(true);
      const filterId = target.deviceAndAppManagementAssignmentFilterId;
      if (filterId === null) expect(target.deviceAndAppManagementAssignmentFilterType).toBe('none');
      else {
        const filter = docs.of('deviceManagement/assignmentFilters').get(String(filterId))!;
        expect(filterFits(String(filter.json.platform), platformOf(type))).toBe(true);
      }
    },
  );

  it('takes its assignments from the policy set it names', () => {
    expect(docs.of('deviceAppManagement/policySets').has('Source Id value')).toBe(true);
    const items = [...docs.of('deviceAppManagement/policySets/items').values()].map(({ json }) => json.payloadId);
    expect(new Set(items)).toEqual(new Set(docsTenantPaths.map(({ path }) => walk(path))));
  });
});
