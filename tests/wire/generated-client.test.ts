/**
 * A client that nobody wrote: odata2ts reads `$metadata` and makes it, for the whole of beta, and it works against the server.
 *
 * What odata2ts 0.34.0 makes of this model has gaps, which are stepped around with classes that it did make. Of functions with overloads
 * (`getEffectivePermissions`) it declares one class twice, and it uses the services of singletons without importing them (bundled into
 * one file it would, and takes minutes): the client enters at the collection of configurations. It makes no cast segments: the service of
 * the derived type is given the path of one.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FetchClient, type FetchRequestConfig } from '@odata2ts/http-client-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMuster, type WireServer } from './server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const options = {
  mode: 3,
  emitMode: 'ts',
  bundledFileGeneration: false,
  skipComments: true,
  services: { graph: { source: 'metadata.xml', output: 'generated', serviceName: 'graph' } },
};

const TYPE = 'microsoft.graph.windows10GeneralConfiguration';

let server: WireServer;
let directory: string;
/** A class of the generated client: its types exist only once the test runs. */
// biome-ignore lint/suspicious/noExplicitAny: see above
const generated = async (path: string): Promise<any> => await import(/* @vite-ignore */ join(directory, 'generated/microsoft_graph', path));

beforeAll(async () => {
  server = await startMuster('memory', 'demo');
  directory = mkdtempSync(join(tmpdir(), 'muster-generated-'));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  writeFileSync(join(directory, 'metadata.xml'), await (await fetch(`${server.http}/beta/$metadata`)).text());
  writeFileSync(join(directory, 'odata2ts.config.cjs'), `module.exports = ${JSON.stringify(options)};`);
  writeFileSync(join(directory, 'tsconfig.json'), '{"compilerOptions": {"target": "es2022", "module": "commonjs"}}');
  const program = join(root, 'node_modules/@odata2ts/odata2ts/lib/run-cli.js');
  await promisify(execFile)(process.execPath, [program], { cwd: directory });
}, 120_000);
afterAll(async () => {
  await server?.close();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

describe('the client that odata2ts generates from $metadata', () => {
  it('lists configurations with their assignments, reads one, updates an assignment below a cast, and reads it back', async () => {
    const headers = { Authorization: `Bearer ${await server.token({ tenant: 'demo' })}` };
    const http = new FetchClient({ headers } as unknown as FetchRequestConfig);
    const services = await generated('device_configuration/deviceConfigurationService.ts');
    const derived = await generated('windows10_general_configuration/windows10GeneralConfigurationService.ts');
    const base = `${server.http}/beta/deviceManagement`;
    const all = new services.deviceConfigurationCollectionService(http, base, 'deviceConfigurations');

    // biome-ignore lint/suspicious/noExplicitAny: the builder is generated
    const listed = await all.query((builder: any) => builder.select('id', 'displayName').expand('assignments').count().top(200));
    expect(listed.status).toBe(200);
    const configurations = listed.data.value as readonly { '@odata.type': string; id: string; assignments: readonly { id: string }[] }[];
    expect(listed.data['@odata.count']).toBe(configurations.length);
    const [found] = configurations.filter((one) => one['@odata.type'] === `#${TYPE}` && one.assignments.length > 0);
    if (found === undefined) throw new Error(`the tenant assigns no ${TYPE}`);

    const configuration = new services.deviceConfigurationService(http, base, all.createKey(found.id));
    expect((await configuration.query()).data).toMatchObject({ id: found.id, '@odata.type': `#${TYPE}` });

    const cast = new derived.windows10GeneralConfigurationService(http, configuration.getPath(), TYPE);
    const id = found.assignments[0]?.id;
    const { intent } = (await cast.assignments(id).query()).data;
    const wanted = intent === 'apply' ? 'remove' : 'apply';
    const patched = await cast.assignments(id).patch({ intent: wanted });
    expect(patched.data).toMatchObject({ id, intent: wanted });
    expect((await configuration.assignments(id).query()).data).toMatchObject({ id, intent: wanted });
  });
});
