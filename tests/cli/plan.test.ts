/** muster plan: what it says of every kind of file, and its exit code. Nothing here changes the tenant. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../../src/cli/composition.js';
import { type Console, caller, openConsole } from './console.js';

const G = '#microsoft.graph.';
const DC = '/deviceManagement/deviceConfigurations';
const ALL_DEVICES = 'adadadad-808e-44e2-905a-0b7873a8a531';

let muster: Console;
let server: Running;
let call: ReturnType<typeof caller>;

beforeAll(async () => {
  muster = openConsole();
  server = await muster.serve();
  call = caller(server);
  for (const displayName of ['Twin', 'Twin', 'Wi-Fi: "guests" & \u2018Ünï\u2019 #1', '2024', 'true'])
    await call('POST', DC, { '@odata.type': `${G}windows10GeneralConfiguration`, displayName });
  for (const mailNickname of ['a', 'b'])
    await call('POST', '/groups', { displayName: 'Twins', mailNickname, mailEnabled: false, securityEnabled: true });
  const virtual = await call('POST', DC, { '@odata.type': `${G}windows10GeneralConfiguration`, displayName: 'Everywhere' });
  await call('POST', `${DC}/${virtual.id}/assign`, {
    assignments: [{ target: { '@odata.type': `${G}groupAssignmentTarget`, groupId: ALL_DEVICES } }],
  });
});
afterAll(() => muster.dispose());

let files = 0;
function written(text: string, suffix = 'yaml'): string {
  files += 1;
  const name = `plan-${files}.${suffix}`;
  writeFileSync(join(muster.directory, name), text);
  return name;
}

const DISASTER = 'policies:\n  - policy: Windows printers\n    assignments:\n      - group: Pilot users\n';
const of = (policy: string, ...assignments: readonly string[]) =>
  `policies:\n  - policy: ${policy}\n    assignments:${assignments.length === 0 ? ' []' : assignments.map((one) => `\n      - ${one}`).join('')}\n`;

async function planned(text: string, flags = '') {
  const file = written(text);
  const run = await muster.run(`plan ${file} --tenant demo ${flags}`);
  expect(run.error).not.toMatch(/\n\s+at |\[object|NaN/);
  return { ...run, file, error: run.error.replaceAll(file, 'FILE'), out: run.out.replaceAll(file, 'FILE') };
}

describe('a plan', () => {
  it.each<[string, string, number, readonly string[]]>([
    [
      'of one assignment for a hundred',
      DISASTER,
      2,
      [
        'Plan FILE for demo at http://127.0.0.1:',
        '  + group Pilot users\n',
        'and 81 to delete more (--verbose shows them)',
        '  1 gains it, 968 lose it, 0 have it removed\n',
        'risk     largePartOfFleet',
        '1 policy changes: 1 assignment to create, 100 to delete.\n1 gained, 968 lost, 0 removed; 969 devices and 451 users affected.\n',
      ],
    ],
    ['of what is there', of('Windows trusted root', 'allDevices: true'), 0, ['Nothing to change: 1 policy is as FILE says.']],
    ['in other words for it', of('WINDOWS TRUSTED ROOT', '{ allDevices: true, intent: apply }'), 0, ['Nothing to change']],
    ['of nobody', of('Windows trusted root'), 2, ['  - all devices\n', ' 0 gain it, ', '1 policy changes: 1 assignment to delete.']],
    [
      'of a filter more',
      of('Windows trusted root', 'allDevices: true\n        filter: Windows corporate'),
      2,
      ['  ~ all devices: filter none -> Windows corporate\n'],
    ],
    [
      'of a filter turned around',
      of('Windows trusted root', 'allDevices: true\n        filter: Windows corporate\n        filterMode: exclude'),
      2,
      ['filter none -> exclude Windows corporate'],
    ],
    [
      'of a removal',
      of('Windows trusted root', 'allDevices: true\n        intent: remove'),
      2,
      ['  ~ all devices: intent apply -> remove\n', 'have it removed'],
    ],
    [
      'that reaches nobody',
      of('Windows trusted root', 'allDevices: true', 'group: Exclude break-glass accounts'),
      2,
      ['  + group Exclude break-glass accounts\n'],
    ],
    ['of a name with everything in it', of('\'Wi-Fi: "guests" & \u2018Ünï\u2019 #1\''), 0, ['Nothing to change']],
    ['of a name that is a number', of('"2024"'), 0, ['Nothing to change']],
    ['of a name that is a word of YAML', of("'true'"), 0, ['Nothing to change']],
    ['of the group that is everybody', of('Everywhere', `group: ${ALL_DEVICES}`), 0, ['Nothing to change']],
    [
      'of everybody in place of that group',
      of('Everywhere', 'allDevices: true'),
      2,
      ['  ~ all devices: ', '1 policy changes: 1 assignment to change.\nNo device is affected.'],
    ],
    [
      'with anchors',
      'policies:\n  - policy: Windows trusted root\n    assignments: &all\n      - allDevices: true\n  - policy: Windows Defender onboarding\n    assignments: *all\n',
      0,
      ['2 policies are as FILE says'],
    ],
    [
      'as JSON',
      JSON.stringify({
        $schema: './plan.schema.json',
        policies: [{ policy: 'Windows trusted root', assignments: [{ allDevices: true }] }],
      }),
      0,
      ['Nothing to change'],
    ],
    ['of no policies', 'policies: []\n', 0, ['Nothing to change: 0 policies are as FILE says.']],
  ])('%s', async (_name, text, code, fragments) => {
    const run = await planned(text);
    expect([run.code, run.error]).toEqual([code, '']);
    for (const fragment of fragments) expect(run.out).toContain(fragment);
  });
});

describe('a file that is none', () => {
  it.each<[string, string, readonly string[]]>([
    ['empty', '', ['muster: FILE:1:1: the file is empty; a plan begins with the key policies.']],
    ['a comment', '# nothing\n', ['the file is empty']],
    ['a list', '- a\n', ['FILE:1:1: the plan is not a mapping.']],
    ['a tab', 'policies:\n\t- policy: x\n', ['FILE:2:1: a tab stands where YAML wants spaces.']],
    ['a tab further down', 'policies:\n  - policy: x\n\tassignments: []\n', ['FILE:3:1: a tab stands where YAML wants spaces.']],
    ['a name with a colon', of('Wi-Fi: guests'), ['FILE:2:13: a name with a colon in it stands in quotes, such as "Wi-Fi: guests".']],
    ['a number for a name', of('2024'), ['FILE:2:5: policy is read as a number; put it in quotes.']],
    ['a word of YAML for a name', of('yes', 'group: true'), ['FILE:4:9: assignments[1].group is read as true or false; put it in quotes.']],
    ['a name that is missing', of(''), ['FILE:2:5: policy is empty.']],
    [
      'a key that is slipped',
      'policies:\n  - policy: x\n    asignments: []\n',
      ["FILE:3:5: the key 'asignments' is unknown here. Did you mean assignments?", 'FILE:2:5: the policy has no assignments.'],
    ],
    [
      'a key at the top',
      'polices: []\n',
      ["FILE:1:1: the key 'polices' is unknown here. Did you mean policies?", 'the plan has no policies'],
    ],
    ['a key twice', 'policies: []\npolicies: []\n', ['FILE:2:1: a key stands here a second time.']],
    [
      'no target',
      of('x', 'intent: apply'),
      ['FILE:4:9: assignments[1] says no target: give one of group, excludeGroup, allDevices, allUsers.'],
    ],
    ['two targets', of('x', '{ group: a, allDevices: true }'), ['assignments[1] says group and allDevices: give one of them.']],
    ['a target that is off', of('x', 'allDevices: false'), ['FILE:4:9: assignments[1].allDevices is not true.']],
    ['a mode without a filter', of('x', '{ allDevices: true, filterMode: include }'), ['assignments[1] says filterMode, but no filter.']],
    [
      'an intent that is none',
      of('x', '{ allDevices: true, intent: aply }'),
      ['assignments[1].intent is not apply or remove. Did you mean apply?'],
    ],
    ['a name that is too long', of('x'.repeat(257)), ['FILE:2:5: policy is longer than 256 characters.']],
    ['two documents', 'policies: []\n---\npolicies: []\n', ['FILE:2:1: a second document begins here (---); a file is one plan.']],
    ['JSON that is cut', '{"policies":[{"policy":"x","assignments":[', ['the file ends in the middle: a bracket or quote is not closed.']],
    [
      'anchors that grow',
      `a: &a [${'x,'.repeat(50)}x]\nb: &b [${'*a,'.repeat(50)}*a]\nc: &c [${'*b,'.repeat(50)}*b]\npolicies: [${'*c,'.repeat(50)}*c]\n`,
      ['its aliases (*name) repeat more than a plan needs; write the lines out.'],
    ],
    ['an anchor that is not there', 'policies: *all\n', ['FILE:1:11: ']],
    [
      'a policy twice',
      `${of('Windows printers')}  - policy: windows printers\n    assignments: []\n`,
      ["FILE:4: the policy 'windows printers' stands at FILE:2 already."],
    ],
  ])('%s', async (_name, text, fragments) => {
    const { code, out, error } = await planned(text);
    expect([code, out]).toEqual([1, '']);
    for (const fragment of fragments) expect(error).toContain(fragment);
  });

  it('names the first twenty faults, and how many there are', async () => {
    const { error } = await planned(`policies:\n${'  - policy: 1\n    assignments: []\n'.repeat(30)}`);
    expect(error.match(/is read as a number/g)).toHaveLength(20);
    expect(error).toContain('muster: and 10 more\n');
  });

  it('that is not UTF-8 is named', async () => {
    writeFileSync(join(muster.directory, 'latin.yaml'), Buffer.from('policies: # \xe9\n', 'latin1'));
    expect(await muster.run('plan latin.yaml --tenant demo')).toMatchObject({
      code: 1,
      error: 'muster: latin.yaml is not UTF-8: save it as UTF-8.\n',
    });
  });
});

describe('names', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'of no policy',
      of('Windows printerz'),
      ["FILE:2: there is no device configuration 'Windows printerz'. Did you mean 'Windows printers'?"],
    ],
    ['of no group', of('Windows printers', 'group: Pilot user'), ["FILE:4: there is no group 'Pilot user'. Did you mean 'Pilot users'?"]],
    [
      'of no filter',
      of('Windows printers', 'group: Pilot users\n        filter: Windows corporat'),
      ["FILE:4: there is no assignment filter 'Windows corporat'. Did you mean 'Windows corporate'?"],
    ],
    ['of several policies', of('Twin'), ["FILE:2: 2 device configurations are called 'Twin': write the id of the one you mean ("]],
    [
      'of several groups',
      of('Windows printers', 'group: Pilot users', 'group: Twins'),
      ["FILE:5: 2 groups are called 'Twins': write the id of the one you mean ("],
    ],
    [
      'of a group that is gone',
      of('Windows printers', 'group: 00000000-0000-4000-8000-000000000000'),
      ["FILE:4: there is no group '00000000-0000-4000-8000-000000000000'."],
    ],
    [
      'twice',
      of('Windows printers', 'group: Pilot users', 'excludeGroup: pilot USERS'),
      ["FILE:5: the policy 'Windows printers' names the group 'Pilot users' twice; a target stands once, as included or as excluded."],
    ],
    ['all devices twice', of('Windows printers', 'allDevices: true', `group: ${ALL_DEVICES}`), ["names the group 'All devices' twice"]],
  ])('%s', async (_name, text, fragments) => {
    const { code, out, error } = await planned(text);
    expect([code, out]).toEqual([1, '']);
    for (const fragment of fragments) expect(error).toContain(fragment);
  });

  it('by id and by name are one policy', async () => {
    const [{ id }] = (await call('GET', `${DC}?$filter=displayName eq 'Windows printers'`)).value;
    const { code, error } = await planned(`${of('Windows printers')}  - policy: ${id}\n    assignments: []\n`);
    expect([code, error]).toEqual([1, `muster: FILE:4: the policy '${id}' stands at FILE:2 already.\n`]);
  });

  it('of a filter of another platform are refused by the tenant, and the plan says so', async () => {
    const { code, out } = await planned(of('Windows printers', 'allDevices: true\n        filter: iPhones'));
    expect(code).toBe(1);
    expect(out).toContain('the tenant would refuse it: 400: ');
  });
});

describe('what is assigned now', () => {
  it('is a plan that changes nothing, by names where they mean one thing', async () => {
    const groups = await call('GET', "/groups?$filter=displayName eq 'Twins'");
    const [twins] = groups.value as readonly { readonly id: string }[];
    const named = await call('GET', `${DC}?$filter=displayName eq 'true'`);
    const [policy] = named.value as readonly { readonly id: string }[];
    await call('POST', `${DC}/${policy?.id}/assignments`, {
      intent: 'remove',
      target: { '@odata.type': `${G}groupAssignmentTarget`, groupId: twins?.id },
    });
    const current = await muster.run('plan --current --tenant demo');
    expect(current).toMatchObject({ code: 0, error: '' });
    expect(current.out).toContain(`  - policy: "true"\n    assignments:\n      - group: ${twins?.id} # Twins\n        intent: remove\n`);
    expect(current.out).toMatch(/ {2}- policy: [0-9a-f-]{36} # Twin\n {4}assignments: \[\]\n/);
    expect(current.out).toContain(`  - policy: Everywhere\n    assignments:\n      - group: ${ALL_DEVICES} # All devices\n`);
    const file = written(current.out);
    const again = await muster.run(`plan ${file} --tenant demo`);
    expect(again.out).toMatch(/Nothing to change: \d+ policies are as /);
    expect(again.code).toBe(0);
    await muster.run('plan --current --tenant demo --out whole.yaml');
    expect(readFileSync(join(muster.directory, 'whole.yaml'), 'utf8')).toBe(current.out);
  });

  it('is not read from a file', async () => {
    const run = await muster.run('plan some.yaml --current --tenant demo');
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.error).toContain('--out some.yaml');
  });
});

describe('limits', () => {
  it.each<[string, number, string]>([
    ['--max-lost 967', 3, 'STOP: 968 devices would lose a policy; --max-lost allows 967.'],
    ['--max-lost 968', 2, ''],
    ['--max-affected 968', 3, 'STOP: 969 devices would be affected; --max-affected allows 968.'],
    ['--max-affected 969', 2, ''],
    ['--max-removed 0', 2, ''],
    ['--fail-on-risk', 3, 'STOP: risk largePartOfFleet: '],
    ['--fail-on-finding', 2, ''],
    ['--max-lost 0 --max-affected 0', 3, '--max-affected allows 0.\nSTOP: 968 devices would lose a policy; --max-lost allows 0.'],
  ])('of the disaster: %s', async (flags, code, fragment) => {
    const run = await planned(DISASTER, flags);
    expect([run.code, run.error]).toEqual([code, '']);
    expect(run.out).toContain(fragment);
    expect(run.out.includes('STOP')).toBe(code === 3);
  });

  it.each([
    ['--max-lost -1', "--max-lost '-1' is not a whole number of devices."],
    ['--max-affected many', "--max-affected 'many' is not a whole number of devices."],
    ['--max-removed 1.5', "--max-removed '1.5' is not a whole number of devices."],
    ['--max-lost', "option '--max-lost <devices>' argument missing"],
    ['--output xml', "--output 'xml' is not one of text, json, markdown, junit, sarif."],
    ['--output jsn', 'Did you mean json?'],
    ['--model demo', '--model goes with --graph and a live tenant'],
    ['second.yaml', 'too many arguments'],
  ])('and flags that are wrong end with 1, since 2 says that something would change: %s', async (flags, message) => {
    const { code, out, error } = await planned(DISASTER, flags);
    expect([code, out]).toEqual([1, '']);
    expect(error).toContain(message);
  });

  it.each([
    ['plan --tenant demo', 'Say which plan: a file or a directory.'],
    ['plan absent.yaml --tenant demo', 'There is no file or directory absent.yaml.'],
    ['plan . --tenant nobody', 'muster: '],
  ])('%s ends with 1', async (line, message) => {
    expect(await muster.run(line)).toMatchObject({ code: 1, out: '', error: expect.stringContaining(message) });
  });
});

describe('a directory', () => {
  const folder = (name: string, content: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(content)) {
      mkdirSync(join(muster.directory, name, file, '..'), { recursive: true });
      writeFileSync(join(muster.directory, name, file), text);
    }
    return name;
  };

  it('is all its plans and those below, without hidden files, undo files and others', async () => {
    const name = folder('whole', {
      'a.yaml': of('Windows trusted root', 'allDevices: true'),
      'below/b.yml': of('Windows Defender onboarding', 'allDevices: true'),
      'below/c.json': '{"policies":[]}',
      '.hidden/d.yaml': 'what',
      '.e.yaml': 'what',
      'README.md': 'what',
      'muster-undo-1.yaml': `# Takes back what muster apply a.yaml did.\n${of('Windows trusted root')}`,
    });
    expect(await muster.run(`plan ${name} --tenant demo`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 policies are as whole says'),
    });
  });

  it('with a policy in two files names both', async () => {
    const name = folder('twice', { 'a.yaml': of('Windows printers'), 'b.yaml': `\n${of("'windows printers'")}` });
    const { code, error } = await muster.run(`plan ${name} --tenant demo`);
    expect([code, error]).toEqual([1, "muster: twice/b.yaml:3: the policy 'windows printers' stands at twice/a.yaml:2 already.\n"]);
  });

  it('with one broken file of many names it', async () => {
    const name = folder('broken', { 'a.yaml': of('Windows printers'), 'b.yaml': 'policies: [\n' });
    expect((await muster.run(`plan ${name} --tenant demo`)).error).toMatch(/^muster: broken\/b\.yaml:\d+:\d+: the file ends in the middle/);
  });

  it('without a plan is said to be so', async () => {
    expect((await muster.run(`plan ${folder('none', { 'README.md': '' })} --tenant demo`)).error).toContain(
      'none holds no .yaml, .yml or .json file.',
    );
    const undo = folder('undo', { 'u.yaml': `# Takes back what muster apply a.yaml did.\n${of('Windows trusted root')}` });
    expect((await muster.run(`plan ${undo} --tenant demo`)).error).toContain('holds no plan but undo files');
    expect((await muster.run(`plan ${undo}/u.yaml --tenant demo`)).code).toBe(2);
  });
});

it('--schema prints the schema of plan files', async () => {
  const { code, out } = await muster.run('plan --schema');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', required: ['policies'] });
});

it('--out writes the output to a file, and shows the text', async () => {
  const { code, out } = await planned(DISASTER, '--out report.json --output json');
  expect([code, out]).toEqual([2, expect.stringContaining('1 policy changes')]);
  expect(JSON.parse(readFileSync(join(muster.directory, 'report.json'), 'utf8'))).toMatchObject({
    assignments: { created: 1, changed: 0, deleted: 100 },
  });
  expect(await planned(DISASTER, '--out absent/report.json --output json')).toMatchObject({
    code: 1,
    error: expect.stringMatching(/^muster: --out .* cannot be written \(ENOENT\)\.\n$/),
  });
});

it('--verbose shows every change, --quiet nothing less', async () => {
  expect((await planned(DISASTER, '--verbose')).out.match(/^ {2}- group /gm)).toHaveLength(100);
  expect((await planned(DISASTER, '--quiet')).out).toContain('968 lose it');
});
