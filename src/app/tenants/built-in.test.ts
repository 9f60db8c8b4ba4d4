import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readTarget } from '../../domain/assignments/target.js';
import { filterFits, platformOf } from '../../domain/platform.js';
import { fixedClock } from '../../kernel/clock.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP, GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { isA } from '../../model/schema.js';
import { validatePayload } from '../../model/validate.js';
import {
  type BuiltInTenantName,
  builtInTenant,
  builtInTenants,
  findSeedUser,
  firstMinute,
  type Seed,
  seedTenant,
  seedUsers,
  writeBuiltInTenant,
} from './built-in.js';
import { CONTOSO_DOCS_ROOT_CA, FABRIKAM_ISSUING_CA, FABRIKAM_ROOT_CA } from './certificates.js';
import { seedWriter } from './seed-writer.js';
import { beta, readSeed, type SeedContent, writableBeta } from './testing/read-seed.js';

const names = builtInTenants.map(({ name }) => name);
const seeds = new Map(names.map((name) => [name, seedTenant(name, { schema: beta })]));
const seedOf = (name: BuiltInTenantName) => seeds.get(name) as Seed;
const contents = new Map(names.map((name) => [name, readSeed(seedOf(name))]));
const contentOf = (name: BuiltInTenantName) => contents.get(name) as SeedContent;

/** Making the demo tenant takes a while on a busy machine. */
const SLOW = { timeout: 60_000 };

const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';
const ASSIGNMENTS = `${CONFIGURATIONS}/assignments`;

describe.each(names)('the %s tenant', (name) => {
  const content = contentOf(name);
  const { id, domain } = builtInTenant(name);

  it('is the same bytes every time', SLOW, () => {
    expect(JSON.stringify(seedTenant(name, { schema: beta })) === JSON.stringify(seedOf(name))).toBe(true);
    expect(seedOf(name).record).toEqual({ id, name, createdAt: '2026-11-02T06:00:00Z' });
  });

  it('moves to another tenant and another time when asked', SLOW, () => {
    const moved = seedTenant(name, { schema: beta, tenantId: 'other', clock: fixedClock('2027-01-01T00:00:00Z') });
    expect(moved.record).toEqual({ id: 'other', name, createdAt: '2027-01-01T00:00:00Z' });
    expect(moved.changeSets.every((set) => set.tenant === 'other' && set.at === '2027-01-01T00:00:00Z')).toBe(true);
    const count = (sets: readonly { readonly operations: readonly unknown[] }[]) =>
      sets.reduce((sum, set) => sum + set.operations.length, 0);
    expect(count(moved.changeSets)).toBe(count(seedOf(name).changeSets));
  });

  it('comes in change sets of at most 2,000 operations that expect nothing', () => {
    for (const set of seedOf(name).changeSets) {
      expect(set.operations.length).toBeGreaterThan(0);
      expect(set.operations.length).toBeLessThanOrEqual(2000);
      expect(set.expect).toEqual([]);
      expect(set.tenant).toBe(id);
    }
  });

  it('has each key and each link once', () => {
    const keys = content.entities.map(({ key }) => `${key.set}\n${key.parent}\n${key.id}`);
    expect(new Set(keys).size).toBe(keys.length);
    const links = content.links.map(({ kind, from, to }) => `${kind}\n${from}\n${to}`);
    expect(new Set(links).size).toBe(links.length);
  });

  it('gives the model nothing that the model refuses', SLOW, () => {
    const refused: string[] = [];
    const writer = seedWriter(beta, { id, domain, displayName: 'x', now: 1_790_000_000_000 });
    const validated = (type: string, given: JsonObject) => {
      try {
        validatePayload(writableBeta, writableBeta.types.get(type)!, given, 'create');
      } catch (error) {
        refused.push(`${type} ${String(given.displayName)}: ${JSON.stringify(error)}`);
      }
    };
    writeBuiltInTenant(name, { ...writer, put: (_set, type, given) => validated(type, given) });
    expect([...new Set(refused)]).toEqual([]);
  });

  it('gives no name that the type lacks', SLOW, () => {
    const unknown = new Set<string>();
    const writer = seedWriter(beta, { id, domain, displayName: 'x', now: 1_790_000_000_000 });
    const put = (_set: string, type: string, given: JsonObject) => {
      for (const property of Object.keys(given)) if (!beta.types.get(type)!.properties.has(property)) unknown.add(`${type}.${property}`);
    };
    writeBuiltInTenant(name, { ...writer, put });
    expect([...unknown]).toEqual([]);
  });

  it('stores entities whole, in the order of the model', () => {
    const whole = new Map([...beta.types.values()].map((type) => [type.name, Object.keys(completeEntity(type, {})).join()]));
    const described = content.entities.filter(({ key, type }) => whole.has(type) && key.set !== ASSIGNMENTS);
    expect(described.filter(({ type, json }) => Object.keys(json).join() !== whole.get(type))).toEqual([]);
    expect(described.filter(({ key, json }) => json.id !== key.id)).toEqual([]);
  });

  it('has no link into the void', () => {
    const objects = new Set(content.entities.map(({ key }) => `${key.set} ${key.id}`));
    const sources = new Set(content.entities.map(({ key }) => key.id));
    const lost = content.links.filter(
      ({ kind, from, to, toSet }) =>
        !kind.startsWith('assignment') && toSet !== 'directoryRoles' && !(objects.has(`${toSet} ${to}`) && sources.has(from)),
    );
    expect(lost).toEqual([]);
    for (const { to } of content.links.filter(({ kind }) => kind === 'directoryRoles')) {
      expect([GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR]).toContain(to);
    }
  });

  it('refers only along navigation properties, to what they are for', () => {
    const configurations = content.of(CONFIGURATIONS);
    for (const { kind, from, to } of content.links.filter(({ toSet }) => toSet === CONFIGURATIONS)) {
      const [owner, target] = [configurations.get(from)!, configurations.get(to)!];
      const navigation = beta.types.get(owner.type)?.navigation.get(kind);
      const expected = navigation?.type;
      expect(expected?.kind, `${owner.type}.${kind}`).toBe('entity');
      if (expected?.kind === 'entity')
        expect(isA(beta.types.get(target.type)!, expected), `${owner.type}.${kind} -> ${target.type}`).toBe(true);
      if (!navigation?.collection) expect(content.from(kind, from)).toHaveLength(1);
    }
  });

  it('assigns to what exists, through filters of the right platform', () => {
    const objects = ['users', 'groups', 'devices'].map((set) => content.of(set));
    for (const { key, json } of content.entities.filter((entity) => entity.key.set === ASSIGNMENTS)) {
      const configuration = content.of(CONFIGURATIONS).get(key.parent)!;
      const target = json.target as JsonObject;
      const read = readTarget(target)!;
      if (read.kind === 'group' && read.groupId !== ALL_DEVICES_GROUP && read.groupId !== ALL_USERS_GROUP) {
        expect(content.of('groups').has(read.groupId)).toBe(true);
      }
      if (read.kind === 'scopeTag') expect(objects.some((set) => set.has(read.entraObjectId))).toBe(true);
      if (json.source === 'direct') expect(json.sourceId).toBe(key.parent);
      else expect(content.of('deviceAppManagement/policySets').has(String(json.sourceId))).toBe(true);
      const filterId = target.deviceAndAppManagementAssignmentFilterId;
      expect(filterId === null).toBe(target.deviceAndAppManagementAssignmentFilterType === 'none');
      if (filterId !== null) {
        const filter = content.of('deviceManagement/assignmentFilters').get(String(filterId))!;
        expect(
          filterFits(String(filter.json.platform), platformOf(configuration.type)),
          `${filter.json.displayName} on ${configuration.type}`,
        ).toBe(true);
      }
    }
  });

  it('lays each target on a policy once per source', () => {
    const claims = content.links.filter(({ kind }) => kind === 'assignmentTarget').map(({ from, to }) => `${from} ${to}`);
    expect(new Set(claims).size).toBe(claims.length);
    expect(claims).toHaveLength(
      content.of(ASSIGNMENTS).size === 0 ? 0 : content.entities.filter(({ key }) => key.set === ASSIGNMENTS).length,
    );
  });

  it('has its administrator, and finds users by name in any case', () => {
    const admin = findSeedUser(name, `ADMIN@${domain}`)!;
    expect(admin.roles).toEqual(['globalAdministrator']);
    expect(content.from('directoryRoles', admin.id).map(({ to }) => to)).toEqual([GLOBAL_ADMINISTRATOR]);
    expect(content.of('users').get(admin.id)?.json.userPrincipalName).toBe(admin.userPrincipalName);
    expect(findSeedUser(name, `nobody@${domain}`)).toBeUndefined();
    const seed = seedOf(name);
    expect(seed.users()).toEqual(seedUsers(name));
    expect(seed.users().map((user) => user.id)).toEqual([...content.of('users').keys()]);
  });

  it('offers a first assignment to change, if it has any', () => {
    const first = firstMinute(name);
    if (name === 'empty' || name === 'unlicensed') return expect(first).toBeUndefined();
    const found = content.entities.filter(
      ({ key }) => key.set === ASSIGNMENTS && key.parent === first?.configurationId && key.id === first.assignmentId,
    );
    expect(found).toHaveLength(1);
  });
});

describe('the empty tenant', () => {
  it('holds an organization, a licence, an administrator and the default scope tag', () => {
    const sets = contentOf('empty').entities.flatMap(({ key }) => (key.set.startsWith('muster/') ? [] : [key.set]));
    expect(sets).toEqual(['organization', 'subscribedSkus', 'deviceManagement/roleScopeTags', 'users']);
  });
});

describe('the certificates', () => {
  it.each([
    ['Fabrikam Root CA G2', FABRIKAM_ROOT_CA, FABRIKAM_ROOT_CA],
    ['Fabrikam Issuing CA 3', FABRIKAM_ISSUING_CA, FABRIKAM_ROOT_CA],
    ['Contoso Docs Root CA', CONTOSO_DOCS_ROOT_CA, CONTOSO_DOCS_ROOT_CA],
  ])('%s is one, and signed by its issuer', (name, text, issuer) => {
    const certificate = new X509Certificate(Buffer.from(text, 'base64'));
    expect(certificate.subject).toContain(`CN=${name}`);
    expect(certificate.verify(new X509Certificate(Buffer.from(issuer, 'base64')).publicKey)).toBe(true);
    expect(certificate.ca).toBe(true);
  });
});
