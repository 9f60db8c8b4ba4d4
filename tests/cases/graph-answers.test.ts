/** What Graph answers to a request, whole: `graph-answers.txt`, one line a case. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../support/in-process.js';

interface Case {
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly expected: string;
}

const CASE = /^([A-Z]+) (.+?)(?: < (\{.*\}))? => (.*)$/;
const HEADER = /^! ([\w-]+): (.*)$/;

function readCases(): ReadonlyMap<string, readonly Case[]> {
  const sections = new Map<string, Case[]>();
  let cases: Case[] = [];
  let headers: Record<string, string> = {};
  for (const line of readFileSync(new URL('graph-answers.txt', import.meta.url), 'utf8').split('\n')) {
    const found = CASE.exec(line);
    const header = HEADER.exec(line);
    if (line.startsWith('## ')) {
      cases = [];
      sections.set(line.slice(3), cases);
    } else if (header !== null) headers[header[1]!.toLowerCase()] = header[2]!;
    else if (found !== null) {
      cases.push({ headers, method: found[1]!, url: found[2]!, body: found[3], expected: found[4]! });
      headers = {};
    } else expect(line, 'a line of graph-answers.txt').toMatch(/^(#.*)?$/);
  }
  return sections;
}

const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';
const ASSIGNMENTS = `${CONFIGURATIONS}/assignments`;
const target = (type: string, more: object = {}) => ({ '@odata.type': `#microsoft.graph.${type}`, ...more });

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  await lab.put(CONFIGURATIONS, 'windows10GeneralConfiguration', 'c1', { displayName: 'Alpha', version: 3, roleScopeTagIds: ['0', '7'] });
  const omaSettings = [
    target('omaSettingString', { displayName: 'S', omaUri: './s', value: 'x' }),
    target('omaSettingInteger', { displayName: 'I', omaUri: './i', value: 5 }),
  ];
  await lab.put(CONFIGURATIONS, 'windows10CustomConfiguration', 'c2', { displayName: 'beta', version: 1, omaSettings });
  await lab.put(CONFIGURATIONS, 'iosScepCertificateProfile', 'c3', { displayName: 'Gamma', version: 2 });
  await lab.put(CONFIGURATIONS, 'iosTrustedRootCertificate', 'c4', { displayName: 'Delta', version: 1 });
  await lab.link({ kind: 'rootCertificate', from: 'c3', to: 'c4', toSet: CONFIGURATIONS });
  for (const [id, type, intent] of [
    ['a1', 'groupAssignmentTarget', 'apply'],
    ['a2', 'exclusionGroupAssignmentTarget', 'apply'],
    ['a3', 'groupAssignmentTarget', 'remove'],
    ['a4', 'allDevicesAssignmentTarget', 'apply'],
  ] as const) {
    const group = type === 'allDevicesAssignmentTarget' ? {} : { groupId: `g${id.slice(1)}` };
    const given = { intent, source: 'direct', sourceId: 'c1', target: target(type, group) };
    await lab.put(ASSIGNMENTS, 'deviceConfigurationAssignment', id, given, 'c1');
  }
  await lab.put('groups', 'group', 'g1', { displayName: 'One' });
  for (const user of ['u1', 'u2', 'u3']) {
    await lab.put('users', 'user', user, { displayName: user, userPrincipalName: `${user}@example.com` });
    await lab.link({ kind: 'members', from: 'g1', to: user, toSet: 'users' });
  }
  await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', '0', { displayName: 'Default', isBuiltIn: true });
  await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', '7', { displayName: 'Seven', description: 'of seven' });
  await lab.put('deviceManagement/managedDevices', 'managedDevice', 'd1', { deviceName: 'PC', operatingSystem: 'Windows' });
});

const METADATA = /https:\/\/graph\.example\/(beta|v1\.0)\/\$metadata#/g;
const TOKEN = /\$skiptoken=[\w.-]+/g;

/** Status and body in one line: contexts from their `#` on, tokens of next links left out, of errors the code and the message's own text. */
function shown(status: number, body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { error?: { code: string; message: string } };
  if (error !== undefined) {
    const nested = error.message.startsWith('{') ? (JSON.parse(error.message) as { Message: string }).Message : error.message;
    return `${status} ${error.code}: ${nested.replace(/ - Operation ID.*/, '')}`;
  }
  const plain = text.replaceAll(METADATA, '#').replaceAll(TOKEN, '$skiptoken=…').replaceAll('https://graph.example', '');
  return body === undefined ? String(status) : `${status} ${plain}`;
}

describe.each([...readCases()])('%s', (_section, cases) => {
  it.each(cases.map((one) => [`${one.method} ${one.url}`, one] as const))('%s', async (_name, { method, url, body, headers, expected }) => {
    const answer = await lab.call(method, url, body, headers);
    expect(shown(answer.status, answer.body)).toBe(expected);
  });
});
