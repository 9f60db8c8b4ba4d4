/**
 * Builds the product and its benchmarks, then runs one.
 *
 *   npm run bench -- NAME
 *
 * The last line of the output is `{"bench":NAME,"figures":{…}}`. Exit code 2 when there is no such benchmark.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const names = readdirSync(join(ROOT, 'tests', 'bench'), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
  .map((entry) => entry.name.slice(0, -'.ts'.length));

const [name = '', ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`${name === '' ? 'Which benchmark?' : `There is no benchmark '${name}'.`} npm run bench -- ${names.join(' | ')}`);
  process.exit(2);
}

/** @param {readonly string[]} args */
function node(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
node([tsc, '-p', 'tsconfig.build.json']);
node([tsc, '-p', 'tsconfig.tools.json']);
const program = join('build', 'tests', 'bench', `${name}.js`);
if (!existsSync(join(ROOT, program))) throw new Error(`${program} was not built`);
node([program, ...rest]);
