/** The client of the commands, talking to a server in this process: what reads through Graph can be tried without a socket. */
import type { GraphAnswer, GraphClient } from '../../src/cli/graph/client.js';
import { refusalOf } from '../../src/cli/graph/refused.js';
import { isObject, type JsonObject, type JsonValue } from '../../src/kernel/json.js';
import type { Lab } from './in-process.js';

export function labClient(lab: Lab): GraphClient {
  async function ask(method: string, path: string, body?: JsonValue): Promise<GraphAnswer> {
    const url = path.replace(/^https:\/\/graph\.example/, '').replace(/^\/beta/, '');
    const answer = await lab.call(method, url, body);
    // Counts are plain text.
    const text = typeof answer.body === 'string' ? (JSON.parse(answer.body) as JsonValue) : (answer.body as JsonValue | undefined);
    return { status: answer.status, headers: {}, body: text };
  }
  async function call(method: string, path: string, body?: JsonValue): Promise<GraphAnswer> {
    const answer = await ask(method, path, body);
    if (answer.status >= 400) throw refusalOf(answer.status, answer.body, method, path);
    return answer;
  }
  async function get(path: string): Promise<JsonObject> {
    const { body } = await call('GET', path);
    if (!isObject(body)) throw new Error(`${path} is no object`);
    return body;
  }
  async function page(path: string): ReturnType<GraphClient['page']> {
    const { value, '@odata.nextLink': next } = await get(path);
    return { rows: (value as readonly JsonObject[]).filter(isObject), next: typeof next === 'string' ? next : undefined };
  }
  async function* pages(path: string): AsyncGenerator<readonly JsonObject[], void, void> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const read: Awaited<ReturnType<GraphClient['page']>> = await page(next);
      yield read.rows;
      next = read.next;
    }
  }
  return {
    origin: 'https://graph.example',
    call,
    get,
    page,
    pages,
    async rows(path) {
      const all: JsonObject[] = [];
      for await (const rows of pages(path)) all.push(...rows);
      return all;
    },
    batch: (paths) => Promise.all(paths.map((path) => ask('GET', path))),
    close: () => undefined,
  };
}
