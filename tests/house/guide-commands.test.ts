/**
 * The README and the pages of the guide, done as a reader would: the blocks of one page in order, in one shell, beside a server of its own
 * with the built-in tenants.
 *
 * What stands differently in the test than on the page: `muster` is a program on the PATH; the ports 8080 and 8443 are those
 * that the server got; SECRET-OF-THE-DEMO-CLIENT is the secret that it printed. The working directory holds what a clone does that the
 * pages name: `dist`, `node_modules`, `package.json`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, printedPattern, readBlocks, runnable, shown } from '../support/guide-page.js';
import { openShell } from '../support/page-shell.js';
import { type MusterProgram, musterProgram, type Ready, type RunningProgram, readyLine, run } from '../wire/program.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const guides = readdirSync(join(root, 'docs', 'guide'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
const pages = ['README.md', ...guides.map((file) => join('docs', 'guide', file)).sort()].map(
  (path) => [path, readBlocks(readFileSync(join(root, path), 'utf8'))] as const,
);

const isRun = ({ language, notRun }: Block) => language === 'sh' && notRun === undefined;

describe.each(pages)('%s', (_path, blocks) => {
  it('has nothing to run that is neither run nor marked', () => {
    const forgotten = blocks.filter(
      ({ language, file, notRun }) => language !== 'sh' && !shown.has(language) && file === undefined && notRun === undefined,
    );
    expect(forgotten.map(({ line, language }) => `line ${line}: a block of ${language} says neither its file nor "not run: …"`)).toEqual(
      [],
    );
  });

  it('runs every program that it has saved', () => {
    const commands = blocks
      .filter(isRun)
      .map(({ text }) => text)
      .join('\n');
    const programs = blocks.filter(({ file, notRun }) => notRun === undefined && /\.[cm]?js$/.test(file ?? ''));
    const used = `${commands}\n${blocks
      .filter(({ file }) => file !== undefined)
      .map(({ text }) => text.slice(text.indexOf('\n')))
      .join('\n')}`;
    expect(programs.map(({ file }) => file).filter((file) => !used.includes(file as string))).toEqual([]);
  });
});

it('the JavaScript recipes name the versions that they are run with', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
  const page = readFileSync(join(root, 'docs', 'guide', 'clients', 'javascript.md'), 'utf8');
  const named = [...page.matchAll(/(@[\w-]+\/[\w-]+)`? (\d+\.\S+)/g)].map(([, name = '', version]) => [name, version]);
  expect(named.length).toBeGreaterThan(3);
  expect(named).toEqual(named.map(([name = '']) => [name, devDependencies[name]]));
});

const needed = ['bash', 'curl', 'openssl'].filter((program) => !has(program));

let muster: MusterProgram;
let folder: string;

beforeAll(async () => {
  muster = musterProgram();
  // Below the repository, so that programs find the packages they import.
  mkdirSync(join(root, 'build'), { recursive: true });
  folder = mkdtempSync(join(root, 'build', 'guides-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'muster'), `#!/bin/sh\nexec '${process.execPath}' '${muster.main}' "$@"\n`, { mode: 0o755 });
  // The tenants are made once, and each page begins with a copy of them.
  mkdirSync(join(folder, 'first'));
  const { server } = await start(join(folder, 'first'));
  await stop(server);
});

afterAll(() => {
  muster?.dispose();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(needed.length > 0).concurrent('a reader of', () => {
  it.each(pages.filter(([, blocks]) => blocks.some(isRun)))('%s', { timeout: 240_000 }, async (path, blocks) => {
    await read(path, blocks);
  });
});

async function read(path: string, blocks: readonly Block[]): Promise<void> {
  const directory = join(folder, path.replace(/\W+/g, '-'));
  mkdirSync(directory);
  symlinkSync(dirname(muster.main), join(directory, 'dist'), 'junction');
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  // Without it, npm would take the repository itself for the project, and change it.
  cpSync(join(root, 'package.json'), join(directory, 'package.json'));
  cpSync(join(folder, 'first', '.muster'), join(directory, '.muster'), { recursive: true });
  let server: RunningProgram | undefined;
  let ports: readonly (readonly [page: string, real: string])[] = [
    ['8080', '0'],
    ['8443', '0'],
  ];
  let secret = '';
  const up = async () => {
    // The same ports again: files and variables of the reader hold them.
    const { server: started, ready } = await start(directory, ...ports.map(([, port]) => port));
    server = started;
    secret = ready.client.secret;
    ports = [
      ['8080', new URL(ready.http ?? '').port],
      ['8443', new URL(ready.https ?? '').port],
    ];
  };
  const down = async () => {
    if (server !== undefined) await stop(server);
    server = undefined;
  };
  const real = (text: string) =>
    ports.reduce((sum, [page, port]) => sum.replaceAll(host(page), `$1:${port}`), text).replaceAll('SECRET-OF-THE-DEMO-CLIENT', secret);
  const asOnPage = (text: string) => ports.reduce((sum, [page, port]) => sum.replaceAll(host(port), `$1:${page}`), text);

  await up();
  const shell = openShell(directory, environment(join(folder, 'bin')));
  let ran = 0;
  try {
    for (const block of blocks) {
      if (block.notRun !== undefined) continue;
      if (block.file !== undefined) {
        mkdirSync(dirname(join(directory, block.file)), { recursive: true });
        writeFileSync(join(directory, block.file), real(block.text));
      } else if (block.language === 'sh') {
        if (block.serverStopped) await down();
        else if (server === undefined) await up();
        const { code, stdout, stderr } = await shell.run(runnable(real(block.text)));
        const place = `${path}, the block at line ${block.line}`;
        expect(code, `${place}:\n${stdout}${stderr}`).toBe(0);
        if (block.prints !== undefined) expect(asOnPage(stdout).replace(/\n?$/, '\n'), place).toMatch(printedPattern(block.prints));
        ran += 1;
      }
    }
  } finally {
    await shell.close();
    await down();
  }
  expect(ran).toBe(blocks.filter(isRun).length);
}

const host = (port: string) => new RegExp(`\\b(127\\.0\\.0\\.1|localhost):${port}\\b`, 'g');

async function start(directory: string, http = '0', https = '0'): Promise<{ readonly server: RunningProgram; readonly ready: Ready }> {
  const server = run(muster, directory, ['serve', '--json', '--http', `127.0.0.1:${http}`, '--https', `127.0.0.1:${https}`]);
  return { server, ready: await readyLine(server) };
}

async function stop(server: RunningProgram): Promise<void> {
  server.signal('SIGINT');
  const { code, stderr } = await server.finished;
  expect([code, stderr]).toEqual([0, '']);
}

/** That of a reader: without what the test runner and the project's own runs set. */
function environment(bin: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:MUSTER_|VITEST|NODE_OPTIONS$|NODE_ENV$|CI$)/.test(name));
  return { ...Object.fromEntries(own), PATH: `${bin}${delimiter}${process.env.PATH}` };
}

function has(program: string): boolean {
  try {
    execFileSync(program, [program === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
