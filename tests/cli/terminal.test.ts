/** Every command as the program it is, through a terminal and through a pipe, against one running server. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MusterProgram, musterProgram, type RunningProgram, readyLine, run } from '../wire/program.js';
import { words } from './console.js';
import { CTRL_C, inTerminal, type TerminalSetting } from './terminal.js';

let muster: MusterProgram;
let directory: string;
let server: RunningProgram;

/** To the beginning of the line, and nothing in it. */
const TAKEN_AWAY = '\r\u001b[2K';

const ONE = 'policies:\n  - policy: Windows printers\n    assignments:\n      - group: Pilot users\n';

beforeAll(async () => {
  muster = musterProgram();
  directory = mkdtempSync(join(tmpdir(), 'muster-terminal-'));
  server = run(muster, directory, words('serve --json --memory --http 127.0.0.1:0 --https off --tenants demo'));
  await readyLine(server);
  writeFileSync(join(directory, 'plan.yaml'), ONE);
  mkdirSync(join(directory, 'other'));
  cpSync(fileURLToPath(new URL('../fixtures/exports/intune-management', import.meta.url)), join(directory, 'backup'), { recursive: true });
});

afterAll(async () => {
  server?.signal('SIGKILL');
  await server?.finished;
  muster?.dispose();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

const piped = (line: string) => run(muster, directory, words(line)).finished;
const seen = (line: string, setting?: TerminalSetting) => inTerminal(muster, directory, words(line), setting);

describe('through a pipe and through a terminal', () => {
  it.concurrent.each<[line: string, code: number, ...fragments: string[]]>([
    ['--version', 0, '0.1.0'],
    ['help plan', 0, 'Usage: muster plan', 'muster plan assignments.yaml --tenant demo'],
    ['token --tenant demo', 0, 'eyJ'],
    ['ca', 0, 'ca.pem'],
    ['doctor', 0, 'ok       Node', 'ok       Server', 'Reading configurations', 'ok       Clock'],
    ['tenants list', 0, 'Name', 'served, in memory'],
    ['explain DE-BER-LT0132 --tenant demo', 0, '25 configurations reach it', 'Windows BitLocker'],
    ["who 'Windows corporate Wi-Fi' --tenant demo --limit 5", 0, 'The first 5 of '],
    ['effective DE-BER-LT0132 --tenant demo', 0, 'Windows guest Wi-Fi key'],
    ['findings --tenant demo --code emptyTarget', 0, '1 finding: 1 emptyTarget'],
    ['plan plan.yaml --tenant demo', 2, '  + group Pilot users', '1 gains it, 968 lose it, 0 have it removed'],
    ['plan plan.yaml --tenant demo --max-lost 50', 3, 'STOP: 968 devices would lose a policy; --max-lost allows 50.'],
    ['apply plan.yaml --tenant demo --yes --max-lost 50', 3, 'STOP: 968 devices', 'Nothing was changed.'],
    [
      'import backup --tenant demo --dry-run',
      0,
      'as IntuneManagement: it has a migration table',
      'Old phones',
      'kept as it is: nobody has this id',
    ],
    ['import backup/nothing.json --tenant demo', 2, 'cannot be read (ENOENT)'],
    ['completion bash', 0, 'complete -o filenames -F _muster muster'],
    ['explain DE-BER-LT0133x --tenant demo', 2, "Did you mean 'DE-BER-LT0132'?"],
    ['findings --tenant dmeo', 2, "There is no tenant 'dmeo'."],
    ['plan absent.yaml --tenant demo', 1, 'There is no file or directory absent.yaml.'],
    ['explian', 2, "unknown command 'explian'", 'Did you mean explain?'],
  ])('%s', async (line, code, ...fragments) => {
    const [pipe, screen] = await Promise.all([piped(line), seen(line)]);
    expect([pipe.code, screen.code]).toEqual([code, code]);
    const whole = pipe.stdout + pipe.stderr;
    for (const fragment of fragments) {
      expect(whole).toContain(fragment);
      expect(screen.text).toContain(fragment);
    }
    // Escape sequences are for terminals.
    expect(whole).not.toContain('\u001b');
    expect(`${whole}${screen.text}`).not.toMatch(/\n\s+at .*:\d+/);
  });
});

it('an export is written and read through a pipe and through a terminal', async () => {
  const [pipe, screen] = await Promise.all([
    piped('export out-pipe --tenant demo --format intuneCd'),
    seen('export out-terminal --tenant demo --format intuneManagement'),
  ]);
  expect([pipe.code, screen.code]).toEqual([0, 0]);
  expect(pipe.stdout).toMatch(/^Exported [\d,]+ objects of demo at .* into out-pipe in .*, intuneCd\.\n/);
  expect(screen.text).toMatch(/Exported [\d,]+ objects of demo at .* into out-terminal in .*, intuneManagement\.\n/);
  const read = await piped('import out-pipe --tenant demo --dry-run');
  expect([read.code, read.stderr]).toEqual([0, '']);
  expect(read.stdout).toContain('as IntuneCD: muster export wrote it');
}, 120_000);

describe('a table', () => {
  it.concurrent.each([60, 90])('fits a terminal of %i columns', async (columns) => {
    const { text } = await seen('explain DE-BER-LT0132 --tenant demo', { columns });
    const table = text.slice(text.indexOf('Configuration '));
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('has colours on a terminal, and none where NO_COLOR forbids them', async () => {
    const [coloured, plain] = await Promise.all([
      seen('plan plan.yaml --tenant demo'),
      seen('plan plan.yaml --tenant demo', { environment: { NO_COLOR: '1' } }),
    ]);
    expect(coloured.raw).toContain('\u001b[32m  + group Pilot users');
    expect(plain.raw).not.toContain('\u001b[3');
    expect(plain.text).toContain('  + group Pilot users');
  });
});

describe('a question', () => {
  it.concurrent.each([
    ['n', 'n'],
    ['the return key', '\r'],
    ['Ctrl-C', CTRL_C],
  ])('is answered with no by %s, and nothing is changed', async (_name, key) => {
    const { code, text } = await seen('apply plan.yaml --tenant demo', { keys: [[/Change 1 policy of demo/, key]] });
    expect([code, text]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
  });

  it('is answered with yes by y; apply writes, and its undo takes it back', async () => {
    const folder = join(directory, 'apply');
    mkdirSync(folder);
    writeFileSync(join(folder, 'plan.yaml'), 'policies:\n  - policy: Windows trusted root\n    assignments: []\n');
    const flags = ['--tenant', 'demo', '--data', join(directory, '.muster')];
    const yes: TerminalSetting = { keys: [[/Change 1 policy of demo/, 'y']] };
    const applied = await inTerminal(muster, folder, ['apply', 'plan.yaml', ...flags], yes);
    expect([applied.code, applied.text]).toEqual([0, expect.stringContaining('Done: 1 write was made. Take them back: muster apply ')]);
    const undo = readdirSync(folder).find((name) => name.startsWith('muster-undo-')) ?? '';
    const undone = await inTerminal(muster, folder, ['apply', undo, ...flags], yes);
    expect([undone.code, undone.text]).toEqual([0, expect.stringContaining('Done: ')]);
    const again = await run(muster, folder, ['plan', undo, ...flags]).finished;
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing to change')]);
  });
});

describe('without a server', () => {
  it('tenants are made, listed, reset and deleted, and a question is asked before something goes', async () => {
    const data = '--data other/data';
    const create = await piped(`tenants create acme --domain acme.example ${data}`);
    expect([create.code, create.stdout]).toEqual([0, expect.stringMatching(/^Created acme {2}[-0-9a-f]{36} {2}acme\.example\n/)]);
    expect(await piped(`tenants create acme ${data}`)).toMatchObject({ code: 2 });
    expect((await piped(`tenants list ${data}`)).stdout).toContain('acme.example');
    expect(await piped(`tenants delete acme ${data}`)).toMatchObject({
      code: 2,
      stderr: 'muster: Nobody is there to be asked: say --yes.\n',
    });
    const no = await seen(`tenants delete acme ${data}`, { keys: [[/Delete the tenant acme/, 'n']] });
    expect([no.code, no.text]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
    const reset = await seen(`tenants reset acme ${data}`, { keys: [[/out of the tenant acme/, 'y']] });
    expect([reset.code, reset.text]).toEqual([0, expect.stringContaining('Reset acme')]);
    const explained = await piped(`findings ${data}`);
    expect([explained.code, explained.stdout, explained.stderr]).toEqual([
      0,
      'No findings.\n',
      expect.stringContaining('its database is opened for this command.'),
    ]);
    const gone = await seen(`tenants delete acme ${data}`, { keys: [[/Delete the tenant acme/, 'y']] });
    expect([gone.code, gone.text]).toEqual([0, expect.stringContaining('Deleted acme')]);
    expect((await piped(`tenants list --json ${data}`)).stdout).toBe('[]\n');
  });

  it('doctor says what is missing', async () => {
    writeFileSync(join(directory, 'free.json'), '{"http":"127.0.0.1:0","https":"off"}');
    const { code, stdout } = await piped('doctor --data other/none --config free.json');
    expect(code).toBe(0);
    expect(stdout).toContain('(made at the first start)');
    expect(stdout).toMatch(/warning {2}Server +none runs on .*none\n +mend: muster serve\n/);
  });
});

describe('serve', () => {
  it('ends at Ctrl-C, and says so', async () => {
    const { code, text } = await seen('serve --memory --http 127.0.0.1:0 --https off --tenants empty --data other/serve', {
      keys: [[/Muster is ready: http:/, CTRL_C]],
    });
    expect([code, text]).toEqual([0, expect.stringContaining('Muster ends: requests in flight finish first.')]);
  });
});

describe('something long', () => {
  it('draws a bar with share, rate and time left, and takes it away', async () => {
    const { code, raw, text } = await seen('generate --devices 12000 --out other/fleet.ndjson');
    expect(code).toBe(0);
    const [drawn = ''] = raw.split(TAKEN_AWAY);
    expect(drawn).toMatch(/^\[#*-*\] \d+%, [\d,]+ objects, [\d,]+\/s, [\d.]+ s left$/);
    expect(text).toContain('objects of the seed muster: ');
    const lines = readFileSync(join(directory, 'other/fleet.ndjson'), 'utf8').split('\n');
    expect(lines.length - 1).toBe(Number(/Made ([\d,]+) objects/.exec(text)?.[1]?.replaceAll(',', '')));
  });

  it('draws nothing where --quiet says so', async () => {
    const { raw } = await seen('generate --devices 5000 --out other/quiet.ndjson --quiet');
    expect(raw).not.toContain('%');
  });

  it('ends at Ctrl-C with nothing half done', async () => {
    const { code, text } = await seen('generate --devices 2000000 --out other/cut.ndjson', { keys: [[/\d%, /, CTRL_C]] });
    expect([code, text]).toEqual([1, expect.stringContaining('Stopped by a signal: nothing was kept.')]);
    expect(existsSync(join(directory, 'other/cut.ndjson'))).toBe(false);
  });
});

const hasBash = existsSync('/bin/bash') || existsSync('/usr/bin/bash');

describe.skipIf(!hasBash)('in a shell', () => {
  const shell = (script: string) =>
    promisify(execFile)('bash', ['-c', `muster() { '${process.execPath}' '${muster.main}' "$@"; }\n${script}`], { cwd: directory });

  it('a fleet goes from one command into another', async () => {
    const { stdout } = await shell(
      'set -o pipefail; muster generate --devices 200 --out - | muster import - --tenant empty --data other/piped',
    );
    expect(stdout).toMatch(/^Imported [\d,]+ objects into tenant empty/);
    const { stdout: again } = await shell(
      'muster generate --devices 200 --out - | sha256sum; muster generate --devices 200 --out - | sha256sum',
    );
    const [one, two] = again.trim().split('\n');
    expect(one).toBe(two);
  });

  it('a reader that goes away is no failure to speak of', async () => {
    const { stdout, stderr } = await shell("muster who 'Windows corporate Wi-Fi' --tenant demo --csv | head -n 2");
    expect([stdout.trim().split('\n').length, stderr]).toEqual([2, '']);
  });
});
