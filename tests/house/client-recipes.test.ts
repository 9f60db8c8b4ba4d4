/** Runs every JavaScript block of docs/guide/clients.md as a reader would: a program of its own, against a server of its own. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from '../bench/harness/server-process.js';

interface Ready {
  readonly http: string;
  readonly https: string;
  readonly tenants: readonly { readonly name: string; readonly id: string }[];
  readonly client: { readonly id: string; readonly secret: string };
}

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const main = join(root, 'dist', 'main.js');

const guide = readFileSync(join(root, 'docs', 'guide', 'clients.md'), 'utf8');
const recipes = [...guide.matchAll(/```js\n\/\/ recipe: (.+)\n([\s\S]*?)```/g)].map((match) => [match[1] as string, match[2] as string]);

/** What the recipes print when all is well. */
const printed: Readonly<Record<string, RegExp>> = {
  'azure-identity (https)': /^200$/,
  'microsoft-graph-client (https)': /^true (apply|remove)$/,
  'microsoft-graph-client (http)': /^5$/,
  'msgraph-beta-sdk (http)': /^true (apply|remove)$/,
};

let folder: string;
let server: ServerProcess<Ready>;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  // Below the repository, so that the recipes find the packages they import.
  mkdirSync(join(root, 'build'), { recursive: true });
  folder = mkdtempSync(join(root, 'build', 'recipes-'));
  const data = join(folder, 'data');
  server = await startServer<Ready>([main, 'serve', '--json', '--data', data, '--http', '127.0.0.1:0', '--https', '127.0.0.1:0']);
  const { http, https, tenants, client } = server.ready;
  const { stdout: ca } = await run(process.execPath, [main, 'ca', '--data', data]);
  environment = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: ca.trim(),
    MUSTER_URL: http,
    MUSTER_SECURE_URL: https,
    MUSTER_TENANT_ID: tenants.find(({ name }) => name === 'demo')?.id,
    MUSTER_CLIENT_ID: client.id,
    MUSTER_CLIENT_SECRET: client.secret,
  };
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('every block is a recipe that is run', () => {
  expect(recipes.map(([name]) => name).sort()).toEqual(Object.keys(printed).sort());
  expect(guide.match(/```js\n/g)).toHaveLength(recipes.length);
});

describe('the recipe', () => {
  it.each(recipes)('%s', async (name, source) => {
    const program = join(folder, `${name.replace(/\W+/g, '-')}.mjs`);
    writeFileSync(program, source);
    const { stdout } = await run(process.execPath, [program], { env: environment, timeout: 25_000 });
    expect(stdout.trim()).toMatch(printed[name] as RegExp);
  });
});
