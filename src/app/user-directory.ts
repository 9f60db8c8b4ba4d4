/** The users of a tenant's directory, as signing in needs them. */
import { GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR } from '../kernel/ids.js';
import { isObject } from '../kernel/json.js';
import type { Schema } from '../model/schema.js';
import type { Expression } from '../query/expression.js';
import type { Reader, StoredEntity } from '../storage/store.js';

export interface DirectoryUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** Template ids of the directory roles the user holds. */
  readonly directoryRoles: readonly string[];
  /** Present where the account is disabled. */
  readonly disabled?: true;
}

export interface UserDirectory {
  /** Case does not matter. */
  findUser(tenantId: string, userPrincipalName: string): Promise<DirectoryUser | undefined>;
  /** At most `limit` users, administrators first. */
  listUsers(tenantId: string, limit: number): Promise<readonly DirectoryUser[]>;
}

const USERS = 'users';
const ROLES = 'directoryRoles';

export function userDirectory(reader: Reader, beta: Schema): UserDirectory {
  const list = async (tenant: string, filter: Expression | undefined, limit: number) =>
    (await reader.list(tenant, { set: USERS, parent: '', filter, orderBy: [], skip: 0, limit, count: false })).entities;

  const withRoles = async (tenant: string, entity: StoredEntity): Promise<DirectoryUser> => {
    const links = await reader.links(tenant, { kind: ROLES, from: entity.id });
    return { ...named(entity), directoryRoles: links.map(({ to }) => to) };
  };

  return {
    async findUser(tenant, userPrincipalName) {
      const [entity] = await list(tenant, nameEquals(beta, userPrincipalName), 1);
      return entity === undefined ? undefined : withRoles(tenant, entity);
    },
    async listUsers(tenant, limit) {
      const holders = await Promise.all(
        [INTUNE_ADMINISTRATOR, GLOBAL_ADMINISTRATOR].map((to) => reader.links(tenant, { kind: ROLES, to })),
      );
      const administrators = [...new Set(holders.flat().map(({ from }) => from))];
      const first = await reader.read(
        tenant,
        administrators.map((id) => ({ set: USERS, parent: '', id })),
      );
      const rest = (await list(tenant, undefined, limit + administrators.length)).filter(({ id }) => !administrators.includes(id));
      const chosen = [...first.filter((entity) => entity !== undefined), ...rest].slice(0, limit);
      return Promise.all(chosen.map((entity) => withRoles(tenant, entity)));
    },
  };
}

/** `tolower(userPrincipalName) eq '…'` */
function nameEquals(beta: Schema, userPrincipalName: string): Expression {
  const type = beta.types.get('user')?.properties.get('userPrincipalName')?.type ?? { kind: 'primitive', name: 'Edm.String' };
  const source: Expression = { kind: 'variable', name: '$it' };
  const member: Expression = {
    kind: 'member',
    source,
    name: 'userPrincipalName',
    cast: undefined,
    type,
    collection: false,
    navigation: false,
  };
  return {
    kind: 'binary',
    operator: 'eq',
    left: { kind: 'call', name: 'tolower', arguments: [member] },
    right: { kind: 'literal', type: 'string', value: userPrincipalName.toLowerCase() },
  };
}

function named(entity: StoredEntity): Omit<DirectoryUser, 'directoryRoles'> {
  const json: unknown = JSON.parse(entity.json);
  const text = (name: string) => (isObject(json) && typeof json[name] === 'string' ? json[name] : '');
  const disabled = isObject(json) && json.accountEnabled === false;
  const user = { id: entity.id, userPrincipalName: text('userPrincipalName'), displayName: text('displayName') };
  return disabled ? { ...user, disabled } : user;
}
