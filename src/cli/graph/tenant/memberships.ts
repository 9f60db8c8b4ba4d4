/** Members and owners of every group, many groups a round trip; managers of users. */
import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.js';
import { refusalOf } from '../refused.js';
import { bareName } from './certificate-references.js';
import { linkOf, listStage, pagesFrom } from './lists.js';
import { explainRefusal, type Permissions, type Reading, type Slice, type Stage } from './stage.js';

const GROUPS = '/groups?$select=id,groupTypes,membershipRuleProcessingState&$top=999';
const PERMISSIONS: Permissions = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];
/** Lists asked for at once: four batches. */
const ROUND = 80;

type Property = 'members' | 'owners';

/** A list of one group. */
interface Asked {
  readonly group: string;
  readonly property: Property;
}

/** One whose first page was not all of it. */
interface Open extends Asked {
  readonly link: string;
}

/** Where it goes on: in which page of groups, at which of its lists, after the open ones. */
interface Place {
  readonly link: string | undefined;
  readonly at: number;
  readonly open: readonly Open[];
  /** What was left out so far, by what it was. */
  readonly left: Record<string, number>;
}

export const membershipStage: Stage = {
  name: 'memberships',
  part: 'memberships',
  async *read(reading, from) {
    const start = placeOf(from);
    try {
      yield* readGroups(reading, start);
    } catch (error) {
      throw explainRefusal(error, 'Members of groups', 'memberships', PERMISSIONS);
    }
    for (const [what, number] of Object.entries(start.left)) {
      reading.note(`Left out: ${number} ${what}. Members are users, devices and groups here, and owners are users.`);
    }
  },
};

function placeOf(from: JsonObject | undefined): Place {
  return {
    link: linkOf(from),
    at: typeof from?.at === 'number' ? from.at : 0,
    open: Array.isArray(from?.open) ? (from.open as unknown as readonly Open[]) : [],
    left: isObject(from?.left) ? ({ ...from.left } as Record<string, number>) : {},
  };
}

async function* readGroups(reading: Reading, start: Place): AsyncGenerator<Slice, void, void> {
  const { left } = start;
  let { link, at, open } = start;
  for await (const { rows, next } of pagesFrom(reading.client, link ?? GROUPS)) {
    const asked = rows.flatMap(listsOf);
    const whole = asked.length;
    do {
      let lines: readonly JsonObject[];
      const [first, ...others] = open;
      if (first !== undefined) {
        const { rows: members, next: more } = await reading.client.page(first.link);
        lines = members.flatMap((member) => lineOfMember(first, member, left));
        open = more === undefined ? others : [{ ...first, link: more }, ...others];
      } else {
        const round = asked.slice(at, at + ROUND);
        const answers = await readRound(round, reading, left);
        lines = answers.lines;
        open = answers.open;
        at += round.length;
      }
      const here = at < whole || open.length > 0;
      yield { lines, next: here ? placed(link, at, open, left) : next === undefined ? undefined : placed(next, 0, [], left) };
    } while (at < whole || open.length > 0);
    link = next;
    at = 0;
  }
}

function placed(link: string | undefined, at: number, open: readonly Open[], left: Record<string, number>): JsonObject {
  return { ...(link === undefined ? {} : { link }), at, open: open as unknown as JsonValue, left: { ...left } };
}

/** Whom a rule takes in is not written down: the rule is. */
function listsOf({ id, groupTypes, membershipRuleProcessingState }: JsonObject): readonly Asked[] {
  const group = String(id);
  const dynamic = Array.isArray(groupTypes) && groupTypes.includes('DynamicMembership');
  const owners: Asked = { group, property: 'owners' };
  return dynamic && membershipRuleProcessingState !== 'Paused' ? [owners] : [{ group, property: 'members' }, owners];
}

async function readRound(round: readonly Asked[], { client, note }: Reading, left: Record<string, number>) {
  const paths = round.map(({ group, property }) => `/groups/${group}/${property}?$select=id&$top=999`);
  const answers = await client.batch(paths);
  const lines: JsonObject[] = [];
  const open: Open[] = [];
  for (const [at, asked] of round.entries()) {
    const { status, body } = answers[at] ?? { status: 0, body: undefined };
    if (status === 404) continue;
    if (status >= 400) {
      const refused = refusalOf(status, body, 'GET', paths[at] ?? '');
      if (status !== 403) throw refused;
      note(`The ${asked.property} of group ${asked.group} are hidden from this token: left out.`);
      continue;
    }
    if (!isObject(body)) continue;
    if (Array.isArray(body.value)) for (const member of body.value.filter(isObject)) lines.push(...lineOfMember(asked, member, left));
    const link = body['@odata.nextLink'];
    if (typeof link === 'string') open.push({ ...asked, link });
  }
  return { lines, open };
}

const MEMBER_TYPES: ReadonlySet<string> = new Set(['user', 'device', 'group']);

function lineOfMember({ group, property }: Asked, member: JsonObject, left: Record<string, number>): readonly JsonObject[] {
  const type = bareName(member['@odata.type']);
  const id = String(member.id);
  if (property === 'owners' && type === 'user') return [{ group, owner: id }];
  if (property === 'members' && MEMBER_TYPES.has(type)) return [{ group, member: id, memberType: type }];
  const what = `${property} of groups that are of the type ${type || '(none given)'}`;
  left[what] = (left[what] ?? 0) + 1;
  return [];
}

export const managerStage: Stage = listStage({
  part: 'memberships',
  name: 'managers',
  what: 'Managers of users',
  path: '/users?$select=id&$expand=manager($select=id)&$top=999',
  permissions: ['User.Read.All', 'Directory.Read.All'],
  lines: ({ id, manager }) => (isObject(manager) && typeof manager.id === 'string' ? [{ user: String(id), manager: manager.id }] : []),
});
