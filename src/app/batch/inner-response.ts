/** The answer to one request of a batch, as a member of `responses`. */
import type { GraphResponse } from '../../kernel/message.js';
import { textOf } from '../../kernel/utf8.js';
import { isJson } from './inner-request.js';

/** Headers of a connection say nothing about one answer in it. */
const OUTER: ReadonlySet<string> = new Set(['vary', 'content-length']);
/** Capitalised otherwise than word by word. */
const NAMES: Readonly<Record<string, string>> = {
  etag: 'ETag',
  'odata-version': 'OData-Version',
  'www-authenticate': 'WWW-Authenticate',
  'request-id': 'request-id',
  'client-request-id': 'client-request-id',
};

/** JSON of `{id, status, headers, body}`, in parts: body is JSON for JSON, a string for text, base64 for the rest, null where there is none. */
export function writeInnerResponse(id: string, { status, headers, body }: GraphResponse): readonly (string | Uint8Array)[] {
  let shown = '';
  for (const name in headers) {
    const member = memberOf(name);
    if (member !== '') shown += `${shown === '' ? '' : ','}${member}${valueText(name, headers[name] ?? '')}`;
  }
  const head = `{"id":${JSON.stringify(id)},"status":${status},"headers":{${shown}},"body":`;
  return [head, bodyOf(headers['content-type'], body), '}'];
}

/** Headers come from the program, so that there are few names. */
const members = new Map<string, string>();

/** `"ETag":`; nothing for a header that is not shown. Names of members are compared letter by letter: they are spelt as Graph spells them. */
function memberOf(name: string): string {
  let member = members.get(name);
  if (member === undefined) {
    member = OUTER.has(name) ? '' : `${JSON.stringify(speltAs(name))}:`;
    members.set(name, member);
  }
  return member;
}

function speltAs(name: string): string {
  return NAMES[name] ?? (name.startsWith('x-') ? name : name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase()));
}

/** Values that come again and again, as JSON; those that do not push each other out. */
const values = new Map<string, string>();
const MOST_VALUES = 64;

function valueText(name: string, value: string): string {
  if (name === 'request-id') return `"${value}"`;
  if (name === 'client-request-id') return JSON.stringify(value);
  let text = values.get(value);
  if (text === undefined) {
    if (values.size >= MOST_VALUES) values.clear();
    text = JSON.stringify(value);
    values.set(value, text);
  }
  return text;
}

function bodyOf(type: string | undefined, body: GraphResponse['body']): string | Uint8Array {
  if (body === undefined || body.length === 0) return 'null';
  if (type?.startsWith('application/json')) return body;
  const media = type?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (isJson(media)) return body;
  return JSON.stringify(media.startsWith('text/') ? textOf(body) : Buffer.from(textOf(body)).toString('base64'));
}
