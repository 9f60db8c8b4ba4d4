/**
 * Every group, filter, scope tag and configuration that an export means: by id in the export, by id in the tenant, by name in the export, by
 * name in the tenant, in this order. What several have is never guessed, and what nobody has is the person's to decide.
 */
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { type Fault, placeText } from '../files/fault.js';
import { type GroupReference, type Home, type Reference, referenceKey } from '../record.js';
import type { Meant, Scan } from '../scan.js';
import { type How, kindOfHome, type Mapping, type MappingOptions, type MappingRow, type Outcome, wordOf } from './mapping.js';
import { ambiguous, guidOfName, indexObjects, type ObjectIds, objectIds } from './object-ids.js';
import type { TenantNames } from './tenant-names.js';

export function resolveExport(scan: Scan, tenant: TenantNames, options: MappingOptions): Mapping {
  const ids = objectIds(scan, tenant, options);
  const rows: MappingRow[] = [];
  const faults: Fault[] = [...ids.faults];
  const created = new Map<string, JsonObject>();
  const asked = { scan, tenant, options, ids };

  function all<T extends Reference>(
    home: Home,
    meant: ReadonlyMap<string, Meant<T>>,
    missing: (one: Meant<T>, name: string | undefined) => Answer,
  ) {
    const finder = createFinder(home, asked);
    const outcomes = new Map<string, Outcome>();
    const kind = kindOfHome[home] ?? 'configuration';
    for (const [key, one] of meant) {
      const name = one.reference.name ?? (one.reference.id === undefined ? undefined : scan.names.get(one.reference.id.toLowerCase()));
      const found = finder(one.reference, name) ?? missing(one, name);
      outcomes.set(key, found.outcome);
      // A scope tag or configuration of the export has its row already, or needs none.
      const plain = (home === 'roleScopeTag' || home === 'deviceConfiguration') && /^(?:id|name)In/.test(found.how);
      if (!plain) {
        const to = typeof found.outcome === 'object' ? found.outcome.to : undefined;
        rows.push({
          kind,
          id: one.reference.id,
          name: name ?? found.name,
          how: found.how,
          to,
          uses: one.uses,
          candidates: found.candidates ?? [],
        });
      }
      if (found.outcome === 'faulty') faults.push(faultOf(one, found, wordOf[kind], name));
    }
    return (reference: T): Outcome => outcomes.get(referenceKey(reference)) ?? 'faulty';
  }

  const group = all<GroupReference>('group', scan.groups, ({ reference }, name) => missingGroup(reference, name, options, created));
  const filter = all('deviceAndAppManagementAssignmentFilter', scan.filters, ({ reference }) => missingThing(reference, options));
  const scopeTag = all('roleScopeTag', scan.scopeTags, ({ reference }) => {
    const number = reference.id ?? reference.name ?? '';
    // IntuneCD leaves the numbers where it is not told the names.
    return /^\d+$/.test(number) ? { how: 'kept', outcome: { to: number } } : missingThing(reference, { ...options, missing: 'keep' });
  });
  const configuration = all('deviceConfiguration', scan.configurations, ({ reference }) =>
    missingThing(reference, { ...options, missing: 'keep' }),
  );
  const mentioned = new Set(rows.map(({ kind, to }) => `${kind} ${to}`));
  rows.push(...ids.rows.filter(({ kind, to }) => to === undefined || !mentioned.has(`${kind} ${to}`)));
  return { rows, faults, created: [...created.values()], idOf: ids.idOf, group, filter, scopeTag, configuration };
}

interface Answer {
  readonly how: How;
  readonly outcome: Outcome;
  /** Of whom was found. */
  readonly name?: string;
  readonly candidates?: readonly string[];
}

interface Asked {
  readonly scan: Scan;
  readonly tenant: TenantNames;
  readonly options: MappingOptions;
  readonly ids: ObjectIds;
}

function createFinder(home: Home, { scan, tenant, options, ids }: Asked) {
  const own = indexObjects(scan.objects, home);
  const toOwn = (how: How, object: NonNullable<ReturnType<typeof own.byId>>): Answer => {
    const to = ids.idOf(object);
    return to === undefined ? { how: 'ambiguous', outcome: 'faulty' } : { how, outcome: { to }, name: object.name };
  };
  return ({ id }: Reference, name: string | undefined): Answer | undefined => {
    const mapped = [name, id]
      .map((key) => (key === undefined ? undefined : options.map.get(key.toLowerCase())))
      .find((to) => to !== undefined);
    if (mapped !== undefined) return { how: 'map', outcome: { to: mapped } };
    // Every tenant has the default tag.
    if (home === 'roleScopeTag' && (id ?? name) === '0') return { how: 'idInTenant', outcome: { to: '0' } };
    if (id !== undefined) {
      const lower = id.toLowerCase();
      if (home === 'group' && (lower === ALL_DEVICES_GROUP || lower === ALL_USERS_GROUP)) return { how: 'virtual', outcome: { to: lower } };
      const object = own.byId(lower);
      if (object !== undefined) return toOwn('idInExport', object);
      const known = tenant.byId(home, lower);
      if (known !== undefined) return { how: 'idInTenant', outcome: { to: known.id }, name: known.name };
    }
    if (name === undefined) return undefined;
    const inExport = own.byName(name);
    const [only] = inExport;
    if (inExport.length > 1)
      return { how: 'ambiguous', outcome: 'faulty', candidates: inExport.map((each) => each.id ?? placeText(each.place)) };
    if (only !== undefined) return toOwn('nameInExport', only);
    const inTenant = tenant.byName(home, name);
    const [there] = inTenant;
    if (inTenant.length > 1) return { how: 'ambiguous', outcome: 'faulty', candidates: inTenant.map((each) => each.id) };
    return there === undefined ? undefined : { how: 'nameInTenant', outcome: { to: there.id } };
  };
}

function missingThing({ id }: Reference, { missing }: MappingOptions): Answer {
  if (missing === 'drop') return { how: 'dropped', outcome: 'drop' };
  return id === undefined ? { how: 'unknown', outcome: 'faulty' } : { how: 'kept', outcome: { to: id.toLowerCase() } };
}

function missingGroup(
  reference: GroupReference,
  name: string | undefined,
  options: MappingOptions,
  created: Map<string, JsonObject>,
): Answer {
  if (options.missing !== 'create' || name === undefined) return missingThing(reference, options);
  const id = reference.id?.toLowerCase() ?? guidOfName('group', name);
  if (!created.has(id)) created.set(id, newGroup(id, name, reference.rule));
  return { how: 'created', outcome: { to: id } };
}

/** An assigned security group without members; a dynamic one where the export says the rule that fills it. */
function newGroup(id: string, displayName: string, rule: string | undefined): JsonObject {
  const mailNickname = `${displayName.replace(/[^A-Za-z0-9]/g, '').slice(0, 48)}${id.slice(0, 8)}`;
  const dynamic = { groupTypes: ['DynamicMembership'], membershipRule: rule ?? null, membershipRuleProcessingState: 'On' };
  return {
    '@odata.type': '#microsoft.graph.group',
    id,
    displayName,
    mailEnabled: false,
    mailNickname,
    securityEnabled: true,
    ...(rule === undefined ? {} : dynamic),
  };
}

function faultOf({ reference, uses, places }: Meant, { how, candidates = [] }: Answer, word: string, name: string | undefined): Fault {
  const [first = { file: '' }] = places;
  const elsewhere = uses > 1 ? ` It is meant ${uses} times.` : '';
  const shown = name ?? reference.id ?? '';
  if (how === 'ambiguous') {
    if (candidates.length === 0) return { ...first, reason: `The ${word} '${shown}' cannot be imported itself.${elsewhere}` };
    return {
      ...first,
      reason:
        ambiguous(
          word,
          shown,
          candidates.map((id) => ({ id })),
        ) + elsewhere,
    };
  }
  const others =
    word === 'group'
      ? ', make an empty one with --missing-groups create, or leave its assignments out with --missing-groups drop'
      : word === 'assignment filter'
        ? ', or leave its assignments out with --missing-groups drop'
        : '';
  return {
    ...first,
    reason: `No ${word} is called '${shown}', in the export or in the tenant. Say its id with --map '${shown}=ID'${others}.${elsewhere}`,
  };
}
