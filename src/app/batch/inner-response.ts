/** The answer to one request of a batch, as a member of `responses`. */
import type { GraphResponse } from '../../kernel/message.js';
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

/** JSON text of `{id, status, headers, body}`: body is JSON for JSON, a string for text, base64 for the rest, null where there is none. */
export function writeInnerResponse(id: string, { status, headers, body }: GraphResponse): string {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (!OUTER.has(name)) shown[nameOf(name)] = value;
  return `{"id":${JSON.stringify(id)},"status":${status},"headers":${JSON.stringify(shown)},"body":${bodyText(headers['content-type'], body)}}`;
}

/** Headers come from the program, so that there are few names. */
const spelt = new Map<string, string>();

/** Members of a JSON object are compared letter by letter, so the names are spelt as Graph spells them. */
function nameOf(name: string): string {
  const known = spelt.get(name);
  if (known !== undefined) return known;
  const spelling = speltAs(name);
  spelt.set(name, spelling);
  return spelling;
}

function speltAs(name: string): string {
  return NAMES[name] ?? (name.startsWith('x-') ? name : name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase()));
}

function bodyText(type: string | undefined, body: string | undefined): string {
  if (body === undefined || body === '') return 'null';
  const media = type?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (isJson(media)) return body;
  return JSON.stringify(media.startsWith('text/') ? body : Buffer.from(body).toString('base64'));
}
