import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole } from '../../../tests/cli/console.js';
import { catalogue } from '../catalogue.js';

const muster = openConsole();
const scripts: Record<string, string> = {};
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'muster-completion-'));
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { code, out } = await muster.run(`completion ${shell}`);
    expect(code).toBe(0);
    scripts[shell] = out;
    writeFileSync(join(directory, shell), out);
  }
  writeFileSync(join(directory, 'plan.yaml'), '');
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await muster.dispose();
});

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!has('bash'))('bash', () => {
  /** What bash offers for a line, its last word unfinished. */
  const offered = (line: string): readonly string[] => {
    const script = `. ./bash
COMP_WORDS=(${line
      .split(' ')
      .map((word) => `'${word}'`)
      .join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_muster
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['--noprofile', '--norc', '-c', script], { cwd: directory, encoding: 'utf8' });
    return out
      .split('\n')
      .filter((word) => word !== '')
      .sort();
  };

  it.each<[string, readonly string[]]>([
    ['muster ', ['--help', '--version', 'help', ...catalogue.map(({ name }) => name)].sort()],
    ['muster ex', ['explain', 'export']],
    ['muster --v', ['--version']],
    ['muster help comp', ['completion']],
    ['muster tenants ', ['--help', 'create', 'delete', 'list', 'reset']],
    ['muster tenants li', ['list']],
    ['muster tenants list --j', ['--json']],
    ['muster plan --max-', ['--max-affected', '--max-lost', '--max-removed']],
    ['muster plan --verbose --sch', ['--schema']],
    ['muster plan pl', ['plan.yaml']],
    ['muster plan x.yaml --out pl', ['plan.yaml']],
    ['muster completion ', ['--help', 'bash', 'fish', 'powershell', 'zsh']],
    ['muster completion z', ['zsh']],
    ['muster nothing --', []],
  ])('%s', (line, expected) => {
    expect(offered(line)).toEqual(expected);
  });

  it('the script is what bash accepts, and offers itself for muster', () => {
    const out = execFileSync('bash', ['--noprofile', '--norc', '-c', 'set -e; . ./bash; complete -p muster'], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(out).toContain('-F _muster muster');
  });
});

describe.each([
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
])('%s', (shell, check) => {
  it.skipIf(!has(shell))('accepts the script', () => {
    expect(execFileSync(shell, [...check, join(directory, shell)], { encoding: 'utf8' })).toBe('');
  });
});

it.each(['zsh', 'fish', 'powershell'])('the script for %s has every command, and every flag of plan', (shell) => {
  for (const { name } of catalogue) expect(scripts[shell]).toContain(name);
  for (const flag of ['output', 'max-lost', 'fail-on-risk', 'schema', 'tenant', 'verbose']) expect(scripts[shell]).toContain(flag);
  // Quotes in descriptions end no text early: they come in pairs on every line.
  for (const line of (scripts[shell] ?? '').split('\n')) expect((line.match(/'/g) ?? []).length % 2, line).toBe(0);
});

it('another shell is refused, and those there are are named', async () => {
  expect(await muster.run('completion tcsh')).toMatchObject({
    code: 2,
    error: "muster: There is no completion for 'tcsh': it is for bash, zsh, fish, powershell.\n",
  });
});
