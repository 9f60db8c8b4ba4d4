/** A tenant with a small directory, made through the requests that clients would send. */
import { type Answer, EVERYTHING, type Lab, openLab } from '../../../../tests/support/in-process.js';

export const NOBODY = '99999999-0000-4000-8000-000000000000';
export const eventual = { consistencylevel: 'eventual' };
export const as = (kind: 'app' | 'user' | 'guest', ...permissions: readonly string[]) => ({
  authorization: `Bearer ${kind} ${permissions.join(' ')}`,
});
export const everything = EVERYTHING;

export interface DirectoryLab extends Lab {
  user(name: string, more?: object): Promise<string>;
  device(name: string, more?: object): Promise<string>;
  group(name: string, more?: object): Promise<string>;
  dynamicGroup(name: string, rule: string, more?: object): Promise<string>;
  addMember(group: string, member: string): Promise<Answer>;
  /** Ids that a collection shows, in order. */
  ids(path: string, headers?: Readonly<Record<string, string>>): Promise<readonly string[]>;
}

export async function openDirectory(options?: Parameters<typeof openLab>[0]): Promise<DirectoryLab> {
  const lab = await openLab(options);
  let count = 0;
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await lab.call('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
    return answer.body.id;
  };
  return {
    ...lab,
    user: (name, more = {}) => made('/users', { ...userBody(name), ...more }),
    device: (name, more = {}) => made('/devices', { ...deviceBody(name, ++count), ...more }),
    group: (name, more = {}) => made('/groups', { ...groupBody(name), ...more }),
    dynamicGroup: (name, rule, more = {}) => made('/groups', { ...groupBody(name), ...dynamic(rule), ...more }),
    addMember: (group, member) => lab.call('POST', `/groups/${group}/members/$ref`, reference(member)),
    async ids(path, headers = {}) {
      const answer = await lab.call('GET', path, undefined, headers);
      if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
      return answer.body.value.map(({ id }: { id: string }) => id);
    },
  };
}

export const userBody = (name: string) => ({
  accountEnabled: true,
  displayName: name,
  mailNickname: name,
  userPrincipalName: `${name}@contoso.example`,
  passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
});

export const deviceBody = (name: string, count: number) => ({
  accountEnabled: true,
  alternativeSecurityIds: [{ type: 2, key: 'Y3YxN2E1MWFlYw==' }],
  deviceId: `d0000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
  displayName: name,
  operatingSystem: 'Windows',
  operatingSystemVersion: '10.0.22631.1',
});

export const groupBody = (name: string) => ({ displayName: name, mailEnabled: false, mailNickname: name, securityEnabled: true });

export const unified = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false };

export const dynamic = (membershipRule: string, membershipRuleProcessingState = 'On') => ({
  groupTypes: ['DynamicMembership'],
  membershipRule,
  membershipRuleProcessingState,
});

export const reference = (id: string, set = 'directoryObjects') => ({ '@odata.id': `https://graph.microsoft.com/v1.0/${set}/${id}` });

/** What an error says: status, code, text. */
export const errorOf = ({ status, body }: Answer): readonly [number, string, string] => [status, body.error.code, body.error.message];
