/** Stages that read one list page by page. */
import { isObject, type JsonObject } from '../../../kernel/json.js';
import type { GraphClient } from '../client.js';
import { refusalOf } from '../refused.js';
import { explainRefusal, lineOf, type Part, type Permissions, type Slice, type Stage } from './stage.js';

export interface Listed {
  readonly part: Part;
  readonly name?: string;
  /** What messages call the objects. */
  readonly what: string;
  readonly path: string;
  /** Asked of a Muster in place of `path`. */
  readonly musterPath?: string;
  readonly count?: string;
  readonly permissions: Permissions;
  /** The type of rows that do not say it. */
  readonly type?: string;
  /** A list below each row that comes with it: of a Muster as `musterPath` asks for it, of the live service one by one. */
  readonly below?: string;
  /** The lines of a row; the row itself where it is not given. */
  readonly lines?: (row: JsonObject) => readonly JsonObject[];
}

export function listStage(listed: Listed): Stage {
  const { part, name = part, what, path, musterPath = path, count, permissions, type, below } = listed;
  const lines = listed.lines ?? ((row: JsonObject) => [lineOf(row, type)]);
  return {
    name,
    part,
    ...(count === undefined ? {} : { count }),
    async *read({ client, muster }, from) {
      try {
        for await (const { rows, next } of pagesFrom(client, linkOf(from) ?? (muster ? musterPath : path))) {
          const whole = below === undefined || muster ? rows : await withBelow(rows, path, below, client);
          yield { lines: whole.flatMap(lines), next: next === undefined ? undefined : { link: next } } satisfies Slice;
        }
      } catch (error) {
        throw explainRefusal(error, what, part, permissions);
      }
    },
  };
}

async function withBelow(rows: readonly JsonObject[], path: string, below: string, client: GraphClient): Promise<readonly JsonObject[]> {
  const paths = rows.map(({ id }) => `${path}/${encodeURIComponent(String(id))}/${below}`);
  const answers = await client.batch(paths);
  return rows.map((row, at) => {
    const { status, body } = answers[at] ?? { status: 0, body: undefined };
    if (status >= 400 && status !== 404) throw refusalOf(status, body, 'GET', paths[at] ?? '');
    return isObject(body) && Array.isArray(body.value) ? { ...row, [below]: body.value } : row;
  });
}

export function linkOf(from: JsonObject | undefined): string | undefined {
  return typeof from?.link === 'string' ? from.link : undefined;
}

/** Pages with what comes after each, so that reading can go on there another time. */
export async function* pagesFrom(
  client: GraphClient,
  path: string,
): AsyncGenerator<{ readonly rows: readonly JsonObject[]; readonly next: string | undefined }, void, void> {
  for (let at: string | undefined = path; at !== undefined; ) {
    const page: { readonly rows: readonly JsonObject[]; readonly next: string | undefined } = await client.page(at);
    yield page;
    at = page.next;
  }
}
