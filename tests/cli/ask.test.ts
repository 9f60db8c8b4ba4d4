/** explain, who, effective, findings: what they say, and what they say to wrong questions. One server for all. */
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../../src/cli/composition.js';
import { composition } from '../../src/main.js';
import { type Console, caller, openConsole, type Setting } from './console.js';

const G = '#microsoft.graph.';
const DC = '/deviceManagement/deviceConfigurations';

let muster: Console;
let server: Running;
/** Ids by name. */
const ids: Record<string, string> = {};
const tokens: Record<string, string> = {};

beforeAll(async () => {
  muster = openConsole();
  server = await muster.serve({ tenants: 'demo,empty' });
  const call = caller(server);
  const policy = { '@odata.type': `${G}windows10GeneralConfiguration`, displayName: 'Twin' };
  ids.twin1 = (await call('POST', DC, policy)).id;
  ids.twin2 = (await call('POST', DC, { ...policy, '@odata.type': `${G}iosGeneralDeviceConfiguration` })).id;
  const device = { deviceName: 'TWIN', operatingSystem: 'Windows', serialNumber: 'S-1' };
  ids.device1 = (await call('POST', '/deviceManagement/managedDevices', device)).id;
  ids.device2 = (await call('POST', '/deviceManagement/managedDevices', { ...device, serialNumber: 'S-2' })).id;
  await call('POST', DC, { ...policy, displayName: "O'Brien's Ünïcode: 50 % <b>&amp;" });
  const named = async (path: string) => (await call('GET', path)).value[0].id;
  ids.laptop = await named("/deviceManagement/managedDevices?$filter=deviceName eq 'DE-BER-LT0132'");
  ids.wifi = await named(`${DC}?$filter=displayName eq 'Windows corporate Wi-Fi'`);
  const mint = async (roles: readonly string[]) => {
    const { config } = await (await import('../../src/config.js')).loadConfig({
      flags: { data: muster.data },
      environment: {},
      workingDirectory: muster.directory,
    });
    const wanted = { tenant: 'demo', roles, scopes: undefined, user: undefined, app: undefined, lifetimeMillis: 600_000 };
    return (await composition.mintToken(config, wanted)).token;
  };
  tokens.groups = await mint(['Group.Read.All']);
  tokens.reader = await mint(['DeviceManagementConfiguration.Read.All', 'DeviceManagementManagedDevices.Read.All']);
});
afterAll(() => muster.dispose());

/** Names in braces are ids and tokens from above. */
const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? tokens[name] ?? server.http ?? '');

type Row = [line: string, code: number, out: readonly string[], error: readonly string[]];

async function check(...[line, code, out, error]: Row): Promise<void> {
  const run = await muster.run(filled(line));
  expect({ code: run.code, error: run.error }).toEqual({ code, error: error.length === 0 ? '' : run.error });
  for (const text of out) expect(run.out).toContain(filled(text));
  for (const text of error) expect(run.error).toContain(filled(text));
  if (out.length === 0) expect(run.out).toBe('');
  expect(run.error).not.toMatch(/\n\s+at |undefined|\[object|NaN/);
}

const CSV_REASONS = 'deviceConfigurationId,displayName,outcome,reasons\r\n';

describe('answers', () => {
  it.each<Row>([
    [
      'explain DE-BER-LT0132 --tenant demo',
      0,
      [
        'DE-BER-LT0132  {laptop}',
        '25 configurations reach it: 18 applied, 3 filteredOut, 4 notApplicable',
        'Office Berlin in Country Germany in Region EMEA',
      ],
      [],
    ],
    ['explain {laptop} --tenant demo', 0, ['DE-BER-LT0132  {laptop}'], []],
    ['explain de-ber-lt0132 --tenant DEMO', 0, ['DE-BER-LT0132  {laptop}'], []],
    [
      "explain DE-BER-LT0132 'Windows corporate Wi-Fi' --tenant demo",
      0,
      ['DE-BER-LT0132 gets Windows corporate Wi-Fi (applied).\n  - the device in Windows ring Broad\n'],
      [],
    ],
    [
      "explain DE-BER-LT0132 'iOS mail profile' --tenant demo",
      0,
      [
        'A filter keeps iOS mail profile from DE-BER-LT0132 (filteredOut).',
        'iPhones does not match (device.model -startsWith "iPhone", device has',
      ],
      [],
    ],
    [
      "explain DE-BER-LT0132 'AOSP restrictions' --tenant demo",
      0,
      ['AOSP restrictions reaches DE-BER-LT0132, which is of another platform (notApplicable).'],
      [],
    ],
    [
      'explain TWIN {twin1} --tenant demo',
      2,
      [],
      ["'TWIN' names 2 things: give the id of the one you mean.", '{device1}  TWIN  (Windows, S-1)', '{device2}  TWIN  (Windows, S-2)'],
    ],
    ['explain {device1} {twin1} --tenant demo', 0, ['Twin does not reach TWIN (notTargeted).'], []],
    ['explain {device1} --tenant demo', 0, ['TWIN  {device1}\n'], []],
    [
      'explain DE-BER-LT0132 --csv --tenant demo',
      0,
      [CSV_REASONS, ',Windows guest Wi-Fi key,applied,its user in Office Berlin in Country Germany in Region EMEA\r\n'],
      [],
    ],
    [
      "who 'Windows corporate Wi-Fi' --tenant demo",
      0,
      ['Windows corporate Wi-Fi  {wifi}\nDevices: ', ' excluded', '\napplied:\n\nDevice', 'The first 50 of ', '--limit all'],
      [],
    ],
    ["who 'Windows corporate Wi-Fi' --tenant demo --outcome EXCLUDED --limit 1", 0, ['\nexcluded:\n', 'The first 1 of '], []],
    ["who 'Windows corporate Wi-Fi' --tenant demo --outcome removed", 0, ['0 removed'], []],
    [
      "who 'Windows corporate Wi-Fi' --tenant demo --csv --limit 2",
      0,
      ['managedDeviceId,deviceName,userPrincipalName,outcome\r\n', ',applied\r\n'],
      [],
    ],
    ['who {twin2} --tenant demo', 0, ['Twin  {twin2}\nDevices: 0 applied'], []],
    ['effective DE-BER-LT0132 --tenant demo', 0, ['25 configurations reach it', 'Windows BitLocker'], []],
    [
      'effective DE-BER-LT0132 --tenant demo --csv',
      0,
      ['managedDeviceId,deviceName,deviceConfigurationId,displayName,type,outcome\r\n'],
      [],
    ],
    ['effective admin@fabrikam-demo.example --tenant demo', 0, ['Primary user of '], []],
    ['findings --tenant demo', 0, ['28 findings: 23 platformMismatch, 3 exclusionWithoutEffect, 1 emptyTarget, 1 filterNeverMatches'], []],
    ['findings --tenant demo --code exclusionWithoutEffect', 0, ['3 findings: 3 exclusionWithoutEffect'], []],
    ["findings --tenant demo --policy 'Windows corporate Wi-Fi' --code emptyTarget", 0, ['No findings.\n'], []],
    [
      'findings --tenant demo --csv',
      0,
      ['code,deviceConfigurationId,displayName,assignmentId,groupId,filterId,deviceCount,message\r\n'],
      [],
    ],
    ['findings --tenant empty', 0, ['No findings.\n'], []],
    ['findings --url {url} --tenant demo', 0, ['28 findings'], []],
    ['findings --token {reader}', 0, ['28 findings'], []],
  ])('%s', check);

  it('the token of the environment is used', async () => {
    const { code, out } = await muster.run('findings', { environment: { MUSTER_TOKEN: tokens.reader ?? '' } });
    expect([code, out]).toEqual([0, expect.stringContaining('28 findings')]);
  });

  it('a quote in a name is part of it', async () => {
    const { code, out } = await muster.run(['who', "O'Brien's Ünïcode: 50 % <b>&amp;", '--tenant', 'demo']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^O'Brien's Ünïcode: 50 % <b>&amp; {2}/)]);
  });

  it.each([
    ['explain DE-BER-LT0132 --json --tenant demo', 25],
    ["who 'Windows corporate Wi-Fi' --json --tenant demo --limit 3", 3],
    ["who 'Windows corporate Wi-Fi' --json --tenant demo --outcome excluded", undefined],
    ['effective DE-BER-LT0132 --json --tenant demo', 25],
    ['findings --json --tenant demo', 28],
  ])('%s is JSON, and nothing else', async (line, rows) => {
    const { code, out, error } = await muster.run(line);
    expect([code, error]).toEqual([0, '']);
    const value = JSON.parse(out) as readonly unknown[];
    expect(value.length).toBe(rows ?? value.length);
    expect(value.length).toBeGreaterThan(0);
  });

  it('one configuration on one device is one object', async () => {
    const { out } = await muster.run(['explain', 'DE-BER-LT0132', 'Windows corporate Wi-Fi', '--json', '--tenant', 'demo']);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'applied', reasons: [{ kind: 'device' }] });
  });
});

describe('wrong questions', () => {
  it.each<Row>([
    ['explain', 2, [], ["muster: missing required argument 'device'"]],
    ['explain DE-BER-LT0132', 2, [], ['Say which tenant with --tenant: there are demo, empty.']],
    ['explain DE-BER-LT0132 --tenant dmeo', 2, [], ["There is no tenant 'dmeo'. There are demo, empty."]],
    ['explain DE-BER-LT0133x --tenant demo', 2, [], ["There is no device 'DE-BER-LT0133x'. Did you mean 'DE-BER-LT0132'?"]],
    ['explain qqqqq --tenant demo', 2, [], ["There is no device 'qqqqq'. Give its id, or its name as it is written."]],
    ['explain 00000000-0000-4000-8000-000000000000 --tenant demo', 2, [], ["There is no device '00000000-0000-4000-8000-000000000000'."]],
    [
      "explain DE-BER-LT0132 'Windows corporate WiFi' --tenant demo",
      2,
      [],
      ["There is no configuration 'Windows corporate WiFi'. Did you mean 'Windows corporate Wi-Fi'?"],
    ],
    ['explain DE-BER-LT0132 --json --csv --tenant demo', 2, [], ['--json and --csv exclude each other.']],
    ['explain DE-BER-LT0132 --jsn --tenant demo', 2, [], ["unknown option '--jsn'", 'Did you mean --json?']],
    [
      'who Twin --tenant demo',
      2,
      [],
      ["'Twin' names 2 things", '{twin1}  Twin  (windows10GeneralConfiguration)', '{twin2}  Twin  (iosGeneralDeviceConfiguration)'],
    ],
    ['who {twin1} --outcome aplied --tenant demo', 2, [], ["--outcome 'aplied' is not one of applied, removed,", 'Did you mean applied?']],
    ['who {twin1} --limit none --tenant demo', 2, [], ["--limit 'none' is not a whole number from 1, or all."]],
    ['who {twin1} --limit 0 --tenant demo', 2, [], ["--limit '0' is not"]],
    ['effective nobody@fabrikam-demo.example --tenant demo', 2, [], ["There is no device or user 'nobody@fabrikam-demo.example'."]],
    ['findings --code exclusion --tenant demo', 2, [], ["--code 'exclusion' is not one of exclusionWithoutEffect"]],
    ['findings --policy Twin --tenant demo', 2, [], ["'Twin' names 2 things"]],
    [
      'findings --url 127.0.0.1 --tenant demo',
      2,
      [],
      ["--url '127.0.0.1' is not an address such as https://graph.microsoft.com or http://127.0.0.1:8080."],
    ],
    ['findings --url http://a.example --graph http://b.example', 2, [], ['--url and --graph exclude each other']],
    [
      'findings --graph https://graph.example',
      2,
      [],
      ['https://graph.example needs a token: --token TOKEN, or the environment variable MUSTER_TOKEN.'],
    ],
    ['findings --url http://127.0.0.1:1 --tenant demo --token x', 1, [], ['http://127.0.0.1:1 cannot be reached']],
    ['findings --token x', 1, [], ['is answered with 401', 'The token is wrong or has expired: get a new one.']],
    ['explain DE-BER-LT0132 --token {groups}', 1, [], ['is answered with 403', 'The token lacks a permission']],
    [
      'findings --data ./elsewhere --tenant demo',
      1,
      [],
      ['No server runs on ', 'and it holds no tenant. Start one (muster serve), name one (--url), or see muster doctor.'],
    ],
    ['findings --config absent.yaml --tenant demo', 2, [], ["--config 'absent.yaml': there is no such file."]],
  ])('%s', check);

  it('of a Graph that is no Muster are answered with what to do', async () => {
    const { createServer } = await import('node:http');
    const other = createServer((request, answer) => {
      request.resume();
      answer.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":"ResourceNotFound","message":"no"}}');
    });
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    const { code, error } = await muster.run(`explain DE-BER-LT0132 --graph http://127.0.0.1:${port} --token x`);
    other.close();
    expect([code, error]).toEqual([
      1,
      expect.stringContaining(`An explanation is worked out by Muster, and http://127.0.0.1:${port} is none. Bring the tenant here first`),
    ]);
  });
});

describe('on a terminal', () => {
  it.each([60, 80, 120])('tables fit %i columns', async (columns) => {
    for (const line of ['explain DE-BER-LT0132 --tenant demo', 'findings --tenant demo', "who 'Windows corporate Wi-Fi' --tenant demo"]) {
      const { out } = await muster.run(line, { columns });
      const lines = stripVTControlCharacters(out).split('\n');
      const summary = lines.indexOf('');
      for (const text of lines.slice(summary)) expect(text.length, text).toBeLessThanOrEqual(columns);
    }
  });

  it('has colours, unless NO_COLOR or a dumb terminal forbids them; elsewhere never', async () => {
    const coloured = async (setting: Setting) => {
      const { out } = await muster.run('explain DE-BER-LT0132 --tenant demo', setting);
      return stripVTControlCharacters(out) !== out;
    };
    expect(await coloured({ columns: 80 })).toBe(true);
    expect(await coloured({ columns: 80, environment: { NO_COLOR: '1' } })).toBe(false);
    expect(await coloured({ columns: 80, environment: { TERM: 'dumb' } })).toBe(false);
    expect(await coloured({})).toBe(false);
  });
});
