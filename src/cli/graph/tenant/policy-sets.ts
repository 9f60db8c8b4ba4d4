/** Policy sets with their items and assignments, which the live service shows of one set at a time. */
import { isObject, type JsonObject } from '../../../kernel/json.js';
import { GraphRefused, refusalOf } from '../refused.js';
import { linkOf, pagesFrom } from './lists.js';
import { isForbidden, lineOf, type Reading, type Slice, type Stage } from './stage.js';

const POLICY_SETS = '/deviceAppManagement/policySets';
const BELOW = '$expand=items,assignments';

export const policySetStage: Stage = {
  name: 'policySets',
  part: 'policySets',
  async *read(reading, from) {
    try {
      yield* readSets(reading, from);
    } catch (error) {
      // Few tenants have any, and few tokens may see them: no reason to stop.
      const unserved = error instanceof GraphRefused && (error.status === 404 || error.status === 400);
      if (from !== undefined || (!unserved && !isForbidden(error))) throw error;
      const why = unserved ? 'the service does not serve them' : 'the token lacks DeviceManagementConfiguration.Read.All';
      reading.note(`Policy sets are not read: ${why}.`);
    }
  },
};

async function* readSets(reading: Reading, from: JsonObject | undefined): AsyncGenerator<Slice, void, void> {
  const { client, muster } = reading;
  for await (const { rows, next } of pagesFrom(client, linkOf(from) ?? (muster ? `${POLICY_SETS}?${BELOW}` : POLICY_SETS))) {
    const whole = muster ? rows : await allOf(rows, reading);
    const lines = whole.map((row) => lineOf(row, 'policySet'));
    yield { lines, next: next === undefined ? undefined : { link: next } };
  }
}

async function allOf(rows: readonly JsonObject[], { client }: Reading): Promise<readonly JsonObject[]> {
  const paths = rows.map(({ id }) => `${POLICY_SETS}/${String(id)}?${BELOW}`);
  const answers = await client.batch(paths);
  return answers.flatMap(({ status, body }, at) => {
    // Deleted meanwhile.
    if (status === 404) return [];
    if (status >= 400 || !isObject(body)) throw refusalOf(status, body, 'GET', paths[at] ?? '');
    return [body];
  });
}
