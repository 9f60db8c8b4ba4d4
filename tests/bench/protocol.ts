/**
 * The Graph protocol: URLs, lists, filters, batches.
 *
 *   npm run bench -- protocol [--devices 1000000] [--no-devices]
 *
 * Figures: `urlsPerSecond` parses and binds what clients send; `hostileUrlMaxMillis` is the longest that a URL of 16 KiB takes, made to hold the
 * server up; `batchOverParts` is what a batch of 20 costs beside its requests one by one, in process; `listExpandCpuMillis` is the server's
 * processor time for 1,000 configurations with `$expand=assignments`, which a client polls, and `listExpandChangedCpuMillis` where one of them was
 * changed since; `filterDevices1MMillis` is the time from a request for managed devices, with
 * `$filter=operatingSystem eq 'Windows' and startswith(deviceName,'A')` and `$count`, to the last byte of its first page of 1,000, among 1,000,000
 * devices (`--devices` makes it another number of them).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect, type MusterReady } from './harness/muster-client.js';
import { figuresLine, rounded, table } from './harness/report.js';
import { type ServerProcess, startServer } from './harness/server-process.js';
import { measureBatch } from './protocol-parts/batch.js';
import { layDevices, measureFilter } from './protocol-parts/devices.js';
import { measureHostileUrls } from './protocol-parts/hostile.js';
import { measureListExpand } from './protocol-parts/list-expand.js';
import { measureUrls } from './protocol-parts/urls.js';

type Figures = Readonly<Record<string, number>>;

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '1000000' }, 'no-devices': { type: 'boolean', default: false } },
});
const devices = values['no-devices'] ? 0 : Number(values.devices);
if (!Number.isSafeInteger(devices) || devices < 0) throw new TypeError('--devices must be a whole number');

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const TENANT = 'demo';

const started = (data: string) =>
  startServer<MusterReady>([join(root, 'dist', 'main.js'), 'serve', '--json', '--data', data, '--http', '127.0.0.1:0', '--https', 'off']);

async function served(data: string, measure: (server: ServerProcess<MusterReady>) => Promise<Figures>): Promise<Figures> {
  const server = await started(data);
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

async function measureDevices(data: string): Promise<Figures> {
  let tenant = '';
  await served(data, async ({ ready }) => {
    tenant = ready.tenants.find(({ name }) => name === TENANT)?.id ?? '';
    return {};
  });
  await layDevices(data, tenant, devices);
  return await served(data, async ({ ready }) => await measureFilter(await connect(ready, TENANT)));
}

mkdirSync(join(root, 'build'), { recursive: true });
// Beside the build and not in the temporary folder, which is memory on many systems.
const folder = mkdtempSync(join(root, 'build', 'protocol-'));
const figures: Record<string, number> = {};
try {
  Object.assign(figures, await measureUrls(), await measureHostileUrls(), await measureBatch());
  Object.assign(
    figures,
    await served(join(folder, 'lists'), async (server) => await measureListExpand(server, await connect(server.ready, TENANT))),
  );
  if (devices > 0) Object.assign(figures, await measureDevices(join(folder, 'devices')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(table(Object.entries(figures).map(([name, value]) => [name, rounded(value)])));
console.log(figuresLine('protocol', figures));
