/**
 * The same questions put to PostgreSQL, made as easy for it as a good schema can: what every target reaches is worked out beforehand, down to
 * (group, side, platform, device), and so is what every filter matches. One statement per PATCH takes the devices
 * that the changed assignment reaches, or would, and asks the policy's other assignments about these alone.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Sql } from 'postgres';
import { validateFilterRule } from '../../../src/engine/rules/filter/index.js';
import type { TenantEngine } from '../../../src/engine/tenant-engine.js';
import { median } from '../harness/report.js';
import { indexOfGuid } from './chance.js';
import { deviceFacts, NOBODY, THING, userFacts } from './fleet.js';
import { groupId } from './groups.js';
import type { BenchAssignment, Patch } from './policies.js';
import { startPostgres } from './postgres.js';
import { percentile, progress, toldAsync } from './progress.js';
import type { ChangedCounts } from './resident.js';
import type { BenchTenant } from './tenant.js';
import { platforms } from './vocabulary.js';

export interface SqlBaseline {
  readonly medianMillis: number;
  readonly p99Millis: number;
}

/** Sides on which a target reaches a device. */
const DEVICE = 0;
const USER = 1;
const TARGETS: Readonly<Record<BenchAssignment['target'], number>> = { allDevices: 0, allUsers: 1, include: 2, exclude: 3 };
const CHUNK = 1 << 16;

/**
 * @param counts what the engine found for the same samples, from the first
 * @throws Error when PostgreSQL finds something else
 */
export async function measureSql(
  tenant: BenchTenant,
  engine: TenantEngine,
  counts: readonly ChangedCounts[],
  samples: number,
  build: string,
): Promise<SqlBaseline> {
  const cluster = await startPostgres(build);
  try {
    await toldAsync('PostgreSQL filled', () => fill(cluster.sql, tenant, engine));
    // Once round unmeasured, so that what is read often is in memory.
    for (let sample = 0; sample < Math.min(samples, 10); sample += 1) await ask(cluster.sql, tenant, tenant.patch(samples + sample));
    const millis: number[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      const patch = tenant.patch(sample);
      const from = performance.now();
      const found = await ask(cluster.sql, tenant, patch);
      millis.push(performance.now() - from);
      assertEqual(sample, patch, found, counts[sample]);
    }
    progress(`PostgreSQL: ${samples} PATCHes, all as the engine says`);
    return { medianMillis: median(millis), p99Millis: percentile(millis, 0.99) };
  } finally {
    await cluster.stop();
  }
}

function assertEqual(sample: number, patch: Patch, found: ChangedCounts, expected: ChangedCounts | undefined): void {
  if (expected !== undefined && found.gained === expected.gained && found.lost === expected.lost && found.removed === expected.removed)
    return;
  throw new Error(
    `PATCH ${sample} ${JSON.stringify(patch)}: PostgreSQL finds ${JSON.stringify(found)}, the engine ${JSON.stringify(expected)}`,
  );
}

const TABLES = `
  create unlogged table device (id int not null, owner int, platform smallint not null, licensed boolean not null);
  create unlogged table direct (group_id int not null, member int not null, side smallint not null);
  create unlogged table nesting (parent int not null, child int not null);
  create unlogged table wanted (group_id int not null);
  create unlogged table reach (device int not null, group_id int not null, platform smallint not null, side smallint not null);
  create unlogged table match (filter int not null, device int not null);
  create unlogged table assignment (
    policy int not null, place int not null, target smallint not null, group_id int not null, removes boolean not null, filter int, filter_excludes boolean
  );
`;

/** Every group that assignments may name, down to devices. A statement a side: `or` across two columns is no join that can be hashed. */
const reachOn = (side: number, column: 'id' | 'owner') => `
  insert into reach (group_id, side, platform, device)
  with recursive below(top, group_id) as (
    select group_id, group_id from wanted
    union
    select below.top, nesting.child from below join nesting on nesting.parent = below.group_id
  )
  select distinct below.top, direct.side, device.platform, device.id
  from below
  join direct on direct.group_id = below.group_id and direct.side = ${side}
  join device on device.${column} = direct.member
`;

async function fill(sql: Sql, tenant: BenchTenant, engine: TenantEngine): Promise<void> {
  await sql.unsafe(TABLES);
  await copy(sql, 'device', deviceRows(tenant));
  await copy(sql, 'direct', directRows(tenant, engine));
  await copy(sql, 'nesting', nestingRows(tenant));
  await copy(sql, 'wanted', tenant.pool.map(String));
  await copy(sql, 'match', matchRows(tenant, engine));
  await copy(sql, 'assignment', assignmentRows(tenant));
  await toldAsync('PostgreSQL: what every target reaches', async () => {
    await sql.unsafe('create index on nesting (parent); create index on direct (group_id); create index on device (owner); analyze');
    await sql.unsafe(reachOn(DEVICE, 'id'));
    await sql.unsafe(reachOn(USER, 'owner'));
  });
  await toldAsync('PostgreSQL: indexes', async () => {
    await sql.unsafe(`
      drop table direct;
      alter table reach add primary key (group_id, platform, side, device);
      alter table match add primary key (filter, device);
      create index on assignment (policy);
      create index on device (platform, id) include (licensed);
    `);
    await sql.unsafe('vacuum analyze');
  });
}

/** Rows as lines of PostgreSQL's text format. */
async function copy(sql: Sql, into: string, rows: Iterable<string>): Promise<void> {
  await toldAsync(`PostgreSQL: ${into}`, async () => {
    const writable = await sql.unsafe(`copy ${into} from stdin`).writable();
    await pipeline(Readable.from(pieces(rows)), writable);
  });
}

function* pieces(rows: Iterable<string>): Generator<Buffer, void, void> {
  let piece: string[] = [];
  let length = 0;
  for (const row of rows) {
    piece.push(row, '\n');
    length += row.length;
    if (length < CHUNK) continue;
    yield Buffer.from(piece.join(''));
    piece = [];
    length = 0;
  }
  if (piece.length > 0) yield Buffer.from(piece.join(''));
}

function* deviceRows({ size }: BenchTenant): Generator<string, void, void> {
  for (let index = 0; index < size.devices; index += 1) {
    const { user, kind } = deviceFacts(index, size.users);
    const owner = user === NOBODY ? '\\N' : user;
    yield `${index}\t${owner}\t${platforms.indexOf(kind.platform)}\t${user !== NOBODY && userFacts(user).licensed ? 't' : 'f'}`;
  }
}

/** Memberships by hand as the tenant has them, those by rule as the engine knows them. */
function* directRows(tenant: BenchTenant, engine: TenantEngine): Generator<string, void, void> {
  for (const { group, kind, member } of tenant.memberships()) {
    if (kind !== 'group') yield `${group}\t${member}\t${kind === 'user' ? USER : DEVICE}`;
  }
  const { dynamicFrom, nestedFrom } = tenant.forms;
  for (let group = dynamicFrom; group < nestedFrom; group += 1) {
    for (const { kind, id } of engine.dynamicMembers(groupId(group)) ?? []) {
      const user = kind === 'user';
      yield `${group}\t${indexOfGuid(user ? THING.user : THING.directoryDevice, id)}\t${user ? USER : DEVICE}`;
    }
  }
}

function* nestingRows(tenant: BenchTenant): Generator<string, void, void> {
  for (const { group, kind, member } of tenant.memberships()) if (kind === 'group') yield `${group}\t${member}`;
}

function* matchRows(tenant: BenchTenant, engine: TenantEngine): Generator<string, void, void> {
  for (const { index, rule, platform } of tenant.filters) {
    const validated = validateFilterRule(rule, platform, 'evaluate');
    if (!validated.valid) throw new Error(`filter ${index} is invalid: ${rule}`);
    for (const id of engine.devicesMatching(validated.ast, platform)) yield `${index}\t${indexOfGuid(THING.managedDevice, id)}`;
  }
}

function* assignmentRows(tenant: BenchTenant): Generator<string, void, void> {
  for (let policy = 0; policy < tenant.size.policies; policy += 1) {
    for (const { place, target, group, intent, filter } of tenant.assignmentsOf(policy)) {
      const onFilter = filter === undefined ? '\\N\t\\N' : `${filter.index}\t${filter.mode === 'exclude' ? 't' : 'f'}`;
      yield `${policy}\t${place}\t${TARGETS[target]}\t${group}\t${intent === 'remove' ? 't' : 'f'}\t${onFilter}`;
    }
  }
}

const hits = (rows: string, among = '') => `
    select reach.device, reach.side, r.* from ${rows} r join reach on reach.group_id = r.group_id and reach.platform = $2
    where r.target >= 2 ${among && `and reach.device in ${among}`}
    union all
    select device.id, ${DEVICE}, r.* from ${rows} r join device on device.platform = $2 where r.target = 0 ${among && `and device.id in ${among}`}
    union all
    select device.id, ${USER}, r.* from ${rows} r join device on device.platform = $2 and device.licensed
    where r.target = 1 ${among && `and device.id in ${among}`}
`;

/**
 * Bits that say of one side of a device what its assignments come to: 1 an exclusion holds it; 2 one without filter, or whose include filter matches;
 * 4 an exclude filter is there; 8 and matches. 16, 32, 64: the same as 2, 4, 8 for the intent to remove. What would be is 8 bits higher up.
 */
const QUESTION = `
  with rows as (
    select target, group_id, removes, filter, filter_excludes, case when place = $3 then 1 else 257 end as states
    from assignment where policy = $1
    union all
    select $4::smallint, $5::int, $6::boolean, $7::int, $8::boolean, 256
  ), changed as (
    select * from rows where states <> 257
  ), others as (
    select * from rows where states = 257
  ), own as materialized (
    ${hits('changed')}
  ), concerned as materialized (
    select distinct device from own
  ), hit as (
    select * from own
    union all
    ${hits('others', '(select device from concerned)')}
  ), judged as (
    select hit.device, hit.side, states * case
      when target = 3 then case when hit.filter is null or (match.device is null) = filter_excludes then 1 else 0 end
      else (case
        when hit.filter is null then 2
        when filter_excludes then case when match.device is null then 4 else 12 end
        when match.device is null then 0
        else 2 end) * (case when removes then 8 else 1 end)
      end as bits
    from hit left join match on match.filter = hit.filter and match.device = hit.device
  ), sides as (
    select device, bit_or(bits) filter (where side = ${DEVICE}) as d, bit_or(bits) filter (where side = ${USER}) as u from judged group by device
  ), passed as (
    select
      case when d & 1 = 0 then d & 255 else 0 end | case when u & 1 = 0 then u & 255 else 0 end as was,
      case when d & 256 = 0 then d >> 8 else 0 end | case when u & 256 = 0 then u >> 8 else 0 end as would
    from sides
  ), outcomes as (
    select
      case when was & 64 = 0 and was & 48 <> 0 then 2 when was & 8 = 0 and was & 6 <> 0 then 1 else 0 end as was,
      case when would & 64 = 0 and would & 48 <> 0 then 2 when would & 8 = 0 and would & 6 <> 0 then 1 else 0 end as would
    from passed
  )
  select
    count(*) filter (where would = 1 and was <> 1)::int as gained,
    count(*) filter (where was = 1 and would <> 1)::int as lost,
    count(*) filter (where would = 2 and was <> 2)::int as removed
  from outcomes
`;

async function ask(sql: Sql, tenant: BenchTenant, { policy, before, after }: Patch): Promise<ChangedCounts> {
  const platform = platforms.indexOf(tenant.policy(policy).platform);
  const { target, group, intent, filter } = after;
  const excludes = filter === undefined ? null : filter.mode === 'exclude';
  const values = [policy, platform, before.place, TARGETS[target], group, intent === 'remove', filter?.index ?? null, excludes];
  const [row] = await sql.unsafe<ChangedCounts[]>(QUESTION, values, { prepare: true });
  if (row === undefined) throw new Error('PostgreSQL gave no answer');
  return { gained: row.gained, lost: row.lost, removed: row.removed };
}
