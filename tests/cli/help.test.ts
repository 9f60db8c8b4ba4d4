/** Help: two examples for every command, no flag in them that there is not; and that it loads next to nothing, so that it is quick. */
import { execFile } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.js';
import { type MusterProgram, musterProgram } from '../wire/program.js';
import { type Console, openConsole } from './console.js';

let muster: Console;
let program: MusterProgram;
beforeAll(() => {
  muster = openConsole();
  program = musterProgram();
});
afterAll(async () => {
  program.dispose();
  await muster.dispose();
});

const commands = [...catalogue.map(({ name }) => name), ...['list', 'create', 'reset', 'delete'].map((name) => `tenants ${name}`)];

describe('help', () => {
  it.each(commands)('of %s: what it does, its flags, two examples of them', async (command) => {
    const { code, out, error } = await muster.run(command.includes(' ') ? `${command} --help` : `help ${command}`);
    expect([code, error]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Usage: muster ${command}\\b`));
    const examples = out.slice(out.indexOf('\nExamples:\n'));
    const lines = examples.split('\n').filter((line) => /^ {2}\S/.test(line));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toContain(`muster ${command.split(' ')[0]}`);
    // The examples of a group are of the commands in it.
    if (command === 'tenants') return;
    for (const line of lines.filter((each) => each.includes(`muster ${command}`))) {
      for (const [flag] of line.matchAll(/--[a-z-]+/g)) expect(out.slice(0, out.indexOf('\nExamples:\n'))).toContain(flag);
    }
  });

  it('of the program names every command', async () => {
    const { out } = await muster.run('--help');
    for (const { name, description } of catalogue) {
      expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
  });
});

/** Prints the address of every module that is loaded. */
const TRACE = `data:text/javascript,${encodeURIComponent(`
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`export async function resolve(name, context, next) {
  const found = await next(name, context);
  if (found.url.startsWith('file:')) process._rawDebug('loaded ' + found.url);
  return found;
}\`));
`)}`;

/** @param args of Node */
async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', TRACE, ...args], { cwd: muster.directory });
  const files = [...stderr.matchAll(/^loaded file:\/\/(.*)$/gm)].map(([, path]) => relative(dirname(program.main), path ?? ''));
  return [...new Set(files)].map((file) => file.replaceAll('\\', '/').replace(/^.*node_modules\//, 'node_modules/'));
}

describe('help loads the command line alone', () => {
  const known =
    /^(?:main\.js|kernel\/clock\.js|cli\/(?:main|catalogue|command-failed|process-terminal)\.js|cli\/commands\/[\w-]+\.js|node_modules\/commander\/.*)$/;

  it.each(['--help', '--version', 'plan --help'])('%s', async (line) => {
    const files = await loadedBy(program.main, ...line.split(' '));
    expect(files).toContain('cli/catalogue.js');
    expect(files.filter((file) => !known.test(file))).toEqual([]);
    expect(files.length).toBeLessThan(20);
  });

  it('of every command, one after the other', async () => {
    const all = commands.map((command) => [...command.split(' '), '--help']);
    const script = `const { runCli } = await import(${JSON.stringify(pathToFileURL(join(dirname(program.main), 'cli', 'main.js')).href)});
      for (const args of ${JSON.stringify(all)}) await runCli(args, {}, { out() {}, error() {}, version: '' });`;
    const files = await loadedBy('--input-type=module', '-e', script);
    expect(files.length).toBeGreaterThan(commands.length);
    expect(files.filter((file) => !known.test(file))).toEqual([]);
  });
});
