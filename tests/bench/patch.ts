/**
 * Durable PATCH of assignments at 64 connections, against two baselines in the same run: a bare Fastify + SQLite handler with group commit, and
 * json-server. Rounds are interleaved and the median counts, so that a busy machine disturbs all three alike.
 *
 * Figures: `ofBareHandler` and `timesJsonServer` are ratios of PATCHes per second; `cpuMicrosPerPatch` is the server's own processor time;
 * `startMillis` is from spawn to the ready line with the demo tenant on disk; `rssMiB` is resident memory after the load.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request } from 'autocannon';
import { type LoadResult, runLoad } from './harness/load.js';
import { connect, type MusterClient, type MusterReady } from './harness/muster-client.js';
import { figuresLine, median, rounded, table } from './harness/report.js';
import { type ServerProcess, startServer } from './harness/server-process.js';

const CONNECTIONS = 64;
const ROUNDS = 4;
const ROUND_SECONDS = 3;
/** The compiler of the engine works by number of calls: a contender that is slow at first needs more time to become itself. */
const WARM_UP_ANSWERS = 10_000;
const WARM_UP_SECONDS = 2;
const WARM_UP_ROUNDS = 5;
const STARTS = 3;
const CONFIGURATIONS = 4;
const ASSIGNMENTS = 200;
const JSON_SERVER_ROWS = 1000;

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '..', '..', '..', 'dist', 'main.js');

type Contender = {
  readonly name: string;
  readonly server: ServerProcess<{ readonly http: string }>;
  readonly lanes: readonly (readonly Request[])[];
};

function musterArguments(folder: string): readonly string[] {
  return [main, 'serve', '--json', '--data', join(folder, 'muster'), '--http', '127.0.0.1:0', '--https', 'off'];
}

/** Configurations of the benchmark's own, with assignments to groups of the tenant. @returns the assignments' paths */
async function layAssignments(client: MusterClient): Promise<readonly string[]> {
  const groups = await client.call<{ value: { id: string }[] }>('GET', '/beta/groups?$select=id&$top=999');
  const perConfiguration = ASSIGNMENTS / CONFIGURATIONS;
  if (groups.value.length < perConfiguration)
    throw new Error(`the tenant has ${groups.value.length} groups, ${perConfiguration} are needed`);
  const paths: string[] = [];
  for (let index = 0; index < CONFIGURATIONS; index += 1) {
    const { id } = await client.call<{ id: string }>('POST', '/beta/deviceManagement/deviceConfigurations', {
      '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration',
      displayName: `Benchmark ${index}`,
    });
    const collection = `/beta/deviceManagement/deviceConfigurations/${id}/assignments`;
    for (const group of groups.value.slice(0, perConfiguration)) {
      const assignment = await client.call<{ id: string }>('POST', collection, {
        target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: group.id },
      });
      paths.push(`${collection}/${assignment.id}`);
    }
  }
  return paths;
}

/** A lane per connection: its paths one after the other with one intent, then again with the other, so that every PATCH changes something. */
function lanes(paths: readonly string[], headers: Readonly<Record<string, string>>): readonly (readonly Request[])[] {
  const bodies = ['remove', 'apply'].map((intent) => JSON.stringify({ intent }));
  return Array.from({ length: CONNECTIONS }, (_, lane) => {
    const own = paths.filter((_path, index) => index % CONNECTIONS === lane);
    return bodies.flatMap((body) =>
      own.map((path) => ({ method: 'PATCH', path, headers: { ...headers, 'content-type': 'application/json' }, body })),
    );
  });
}

async function measureStarts(folder: string): Promise<{ readonly first: number; readonly again: number }> {
  const starts: number[] = [];
  for (let start = 0; start <= STARTS; start += 1) {
    const server = await startServer(musterArguments(folder));
    starts.push(server.startMillis);
    await server.stop();
  }
  const [first = Number.NaN, ...again] = starts;
  return { first, again: median(again) };
}

type Round = LoadResult & { readonly cpuMicros: number };

const load = ({ server, lanes }: Contender, seconds: number) =>
  runLoad({ url: server.ready.http, connections: CONNECTIONS, seconds, lanes });

async function warmUp(contender: Contender): Promise<void> {
  let answered = 0;
  for (let round = 0; round < WARM_UP_ROUNDS && answered < WARM_UP_ANSWERS; round += 1) {
    answered += (await load(contender, WARM_UP_SECONDS)).answered;
  }
}

/** @returns rounds by contender, in the order given */
async function compare(contenders: readonly Contender[]): Promise<readonly (readonly Round[])[]> {
  for (const contender of contenders) await warmUp(contender);
  const rounds = contenders.map((): Round[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const before = contender.server.cpuMicros() ?? Number.NaN;
      const result = await load(contender, ROUND_SECONDS);
      const spent = (contender.server.cpuMicros() ?? Number.NaN) - before;
      rounds[index]?.push({ ...result, cpuMicros: spent / result.answered });
    }
  }
  return rounds;
}

async function bench(folder: string, running: ServerProcess<unknown>[]): Promise<void> {
  const started = async <Ready>(args: readonly string[]) => {
    const server = await startServer<Ready>(args);
    running.push(server);
    return server;
  };
  const start = await measureStarts(folder);

  const muster = await started<MusterReady>(musterArguments(folder));
  const client = await connect(muster.ready, 'demo');
  const paths = await layAssignments(client);
  const bare = await started<{ http: string }>([join(here, 'baselines', 'bare-handler.js'), join(folder, 'bare.db'), String(ASSIGNMENTS)]);
  const json = await started<{ http: string }>([
    join(here, 'baselines', 'json-server.js'),
    join(folder, 'rows.json'),
    String(JSON_SERVER_ROWS),
  ]);
  const rows = Array.from({ length: ASSIGNMENTS }, (_, index) => `/rows/${index}`);
  const contenders: readonly Contender[] = [
    { name: 'muster', server: muster, lanes: lanes(paths, { authorization: `Bearer ${client.token}` }) },
    { name: 'bare handler', server: bare, lanes: lanes(rows, {}) },
    { name: 'json-server', server: json, lanes: lanes(rows, {}) },
  ];
  const rounds = await compare(contenders);

  const summary = contenders.map(({ name, server }, index) => {
    const of = (figure: (round: Round) => number) => median((rounds[index] ?? []).map(figure));
    const cpuMicros = of((round) => round.cpuMicros);
    return {
      name,
      perSecond: of((round) => round.perSecond),
      p50: of((round) => round.p50),
      p99: of((round) => round.p99),
      cpuMicros: Number.isNaN(cpuMicros) ? undefined : cpuMicros,
      rssMiB: server.rssMiB(),
    };
  });
  const cell = (value: number | undefined) => (value === undefined ? '-' : rounded(value));
  console.log(`Durable PATCH, ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${ROUND_SECONDS} s each, interleaved\n`);
  console.log(
    table([
      ['', 'PATCH/s', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MiB'],
      ...summary.map((row) => [row.name, cell(row.perSecond), cell(row.p50), cell(row.p99), cell(row.cpuMicros), cell(row.rssMiB)]),
    ]),
  );
  console.log(`\nStart: ${rounded(start.first)} ms the first time (seeding the tenants), ${rounded(start.again)} ms after that\n`);

  const [ofMuster, ofBare, ofJson] = summary;
  if (ofMuster === undefined || ofBare === undefined || ofJson === undefined) return;
  console.log(
    figuresLine('patch', {
      ofBareHandler: ofMuster.perSecond / ofBare.perSecond,
      timesJsonServer: ofMuster.perSecond / ofJson.perSecond,
      cpuMicrosPerPatch: ofMuster.cpuMicros,
      startMillis: start.again,
      rssMiB: ofMuster.rssMiB,
    }),
  );
}

// Beside the build and not in the temporary folder, which is memory on many systems: there an fsync costs nothing.
const folder = mkdtempSync(join(here, '..', '..', 'bench-'));
const running: ServerProcess<unknown>[] = [];
try {
  await bench(folder, running);
} finally {
  for (const server of running) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
