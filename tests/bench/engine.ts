/**
 * Who gets what in a fleet of a million devices: the resident engine on its own, its start from a store on disk, and the same questions put to
 * PostgreSQL on the same tenant.
 *
 *   npm run bench -- engine [--devices 1000000] [--sql-samples 60] [--no-sql] [--no-store]
 *
 * Figures: `impactMedianMillis` and `impactP99Millis` are what it takes to know which devices a PATCH of an assignment (another group, filter or
 * intent) would change, of 2,000 PATCHes; `timesSqlMedian` and `timesSqlP99` how many times longer PostgreSQL takes for those of them that it is asked,
 * the same question (its answers are checked against the engine's); the table has the same with findings, which SQL is not asked. `resolveAllMillis`
 * counts the devices of every outcome of all 5,000 policies, none of them kept, what targets reach and filters match at hand; the table has
 * the same from nothing. `deviceMedianMillis` is what one device gets, `deviceWithReasonsMillis` the same with reasons; `engineMiB` what the engine
 * takes with every policy resolved; `startFromStoreSeconds` is from an open store to the first answer, `startFromSnapshotSeconds` the same beside a
 * snapshot.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineOptions, type PartName, readOptions } from './engine-parts/options.js';
import { figuresLine, rounded, table } from './harness/report.js';

type Figures = Readonly<Record<string, number>>;

/** The keys of the line that ends the benchmark; what else the parts measure is shown in the table. */
const KEYS = [
  'impactMedianMillis',
  'impactP99Millis',
  'timesSqlMedian',
  'timesSqlP99',
  'resolveAllMillis',
  'deviceMedianMillis',
  'deviceWithReasonsMillis',
  'engineMiB',
  'startFromStoreSeconds',
  'startFromSnapshotSeconds',
] as const;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');

function run(part: PartName, options: EngineOptions): Promise<Figures> {
  const heapMiB = Math.max(2048, Math.floor((process.availableMemory() / 2 ** 20) * 0.8));
  const child = fork(join(here, 'engine-parts', 'part.js'), [part, JSON.stringify(options)], {
    execArgv: ['--expose-gc', `--max-old-space-size=${heapMiB}`],
  });
  return new Promise((resolve, reject) => {
    let figures: Figures | undefined;
    child.on('message', (message) => {
      figures = message as Figures;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0 && figures !== undefined) resolve(figures);
      else reject(new Error(`the part '${part}' ended with ${signal ?? code}`));
    });
  });
}

const told = readOptions(process.argv.slice(2));
mkdirSync(join(root, 'build'), { recursive: true });
// Beside the build and not in the temporary folder, which is memory on many systems.
const folder = mkdtempSync(join(root, 'build', 'engine-store-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}
try {
  const options: EngineOptions = { ...told, root, folder };
  const figures: Record<string, number> = { ...(await run('resident', options)) };
  if (options.store) {
    for (const part of ['fill', 'start', 'snapshot'] as const) Object.assign(figures, await run(part, options));
  }
  console.log(`${options.devices} devices\n`);
  console.log(table(Object.entries(figures).map(([name, value]) => [name, rounded(value)])));
  console.log(figuresLine('engine', Object.fromEntries(KEYS.map((key) => [key, figures[key]]))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
