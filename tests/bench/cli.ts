/**
 * The command line on a fleet: import, then questions of a running server, each a process of its own from start to end.
 *
 *   npm run bench -- cli [--devices 1000000] [--policies 5000] [--groups 50000] [--keep]
 *
 * Figures: `importMillionSeconds` is `muster import` of the managed devices (`--devices` makes it another number of them) into a data directory that
 * knows their people, groups and directory objects; `importFleetSeconds` is the import of all of it, policies too; `importRssMiB` the most memory that
 * any of these imports held. On the server, its engine warm: `explainMillis` is `muster explain DEVICE`, `planSeconds` `muster plan` of a file that
 * names all policies with all their assignments by the names of groups and filters, where one policy in fifty changes; `planSameSeconds` where none
 * does, `planAllSeconds` where all do. `helpMillis` is `muster --help`, `bareNodeMillis` Node with a program of nothing, beside which
 * `helpOverBareNode` and `explainOverBareNode` are measured.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MAIN, medianMillis, take } from './cli-parts/command.js';
import { type FleetFiles, layFleet } from './cli-parts/fleet-files.js';
import type { MusterReady } from './harness/muster-client.js';
import { figuresLine, median, rounded, table } from './harness/report.js';
import { startServer } from './harness/server-process.js';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000000' },
    policies: { type: 'string', default: '5000' },
    groups: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`--${name} must be a whole number from 1`);
  return value;
}

const devices = whole('devices', values.devices);
const policies = whole('policies', values.policies);
const groups = whole('groups', values.groups ?? String(Math.max(1, Math.ceil(devices / 20))));

const TENANT = 'empty';
const RUNS = 9;
const PLAN_RUNS = 3;
const CHANGED = 2;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const note = (text: string) => console.error(text);

async function importAll(fleet: FleetFiles, data: string): Promise<Readonly<Record<string, number | undefined>>> {
  const load = async (file: string) => {
    const taken = await take([MAIN, 'import', file, '--tenant', TENANT, '--data', data, '--json', '--quiet']);
    const { imported, seconds } = JSON.parse(taken.stdout) as { readonly imported: number; readonly seconds: number };
    note(`  ${imported.toLocaleString('en-US')} objects in ${seconds.toFixed(1)} s`);
    return taken;
  };
  const all = [await load(fleet.directory), await load(fleet.managedDevices), await load(fleet.policies)];
  const peaks = all.flatMap(({ peakMiB }) => peakMiB ?? []);
  return {
    importMillionSeconds: all[1]?.seconds,
    importFleetSeconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    importRssMiB: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

async function ask(fleet: FleetFiles, data: string): Promise<Readonly<Record<string, number>>> {
  const server = await startServer<MusterReady>([
    MAIN,
    'serve',
    '--json',
    '--data',
    data,
    '--tenants',
    TENANT,
    '--http',
    '127.0.0.1:0',
    '--https',
    'off',
  ]);
  try {
    const flags = ['--tenant', TENANT, '--data', data, '--quiet'];
    const explain = [MAIN, 'explain', fleet.device, ...flags];
    const warm = await take(explain);
    note(`  the first question, which fills the engine: ${warm.seconds.toFixed(1)} s`);
    const explainMillis = await medianMillis(explain, RUNS);
    const plan = async (file: string, code: number) => {
      const runs: number[] = [];
      for (let n = 0; n < PLAN_RUNS; n += 1) {
        const { seconds, stdout } = await take([MAIN, 'plan', file, ...flags], [code]);
        if (n === 0) note(`  ${stdout.trimEnd().split('\n').slice(-2).join(' ')}`);
        runs.push(seconds);
      }
      return median(runs);
    };
    return {
      explainMillis,
      planSeconds: await plan(fleet.planSome, CHANGED),
      planSameSeconds: await plan(fleet.planSame, 0),
      planAllSeconds: await plan(fleet.planAll, CHANGED),
    };
  } finally {
    await server.stop();
  }
}

mkdirSync(join(root, 'build'), { recursive: true });
// Beside the build and not in the temporary folder, which is memory on many systems.
const folder = mkdtempSync(join(root, 'build', 'cli-'));
const figures: Record<string, number | undefined> = {};
try {
  const nothing = join(folder, 'nothing.mjs');
  writeFileSync(nothing, '');
  const [bareNodeMillis, helpMillis] = [await medianMillis([nothing], RUNS), await medianMillis([MAIN, '--help'], RUNS)];
  note(
    `A fleet of ${devices.toLocaleString('en-US')} devices, ${policies.toLocaleString('en-US')} policies, ${groups.toLocaleString('en-US')} groups`,
  );
  const fleet = await layFleet(folder, devices, policies, groups);
  const data = join(folder, 'data');
  note('Import');
  Object.assign(figures, await importAll(fleet, data));
  note(`Questions; plans of ${fleet.assignments.toLocaleString('en-US')} assignments`);
  const asked = await ask(fleet, data);
  Object.assign(figures, asked, {
    helpMillis,
    bareNodeMillis,
    helpOverBareNode: helpMillis / bareNodeMillis,
    explainOverBareNode: (asked.explainMillis ?? Number.NaN) / bareNodeMillis,
  });
} finally {
  if (values.keep) note(`Kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
console.log(table(Object.entries(figures).map(([name, value]) => [name, value === undefined ? 'unknown' : rounded(value)])));
console.log(figuresLine('cli', figures));
