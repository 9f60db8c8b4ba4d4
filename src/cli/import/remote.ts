/** Import through a running server, one chunk a request. */

import type { ImportLine, ImportResult } from '../../app/import.js';
import type { ImportTarget } from '../composition.js';
import { ImportStopped } from './stopped.js';

/** The server's bound on a request body, less a margin for what surrounds the lines. */
export const REQUEST_BYTES = 4 * 1024 * 1024 - 64 * 1024;

const NEWLINE = Uint8Array.of(0x0a);

/** @param url address of the server, as it prints it */
export function remoteTarget(url: URL, token: string): ImportTarget {
  const endpoint = new URL('beta/muster/import', url.href.endsWith('/') ? url : `${url.href}/`);
  return {
    name: url.origin,
    async send(lines, keepGoing, lenient = false) {
      const options = [keepGoing ? 'keepGoing=true' : '', lenient ? 'lenient=true' : ''].filter((option) => option !== '');
      const query = options.length === 0 ? '' : `?${options.join('&')}`;
      const response = await post(`${endpoint.href}${query}`, token, lines, url.origin);
      return numbered(await read(response, url.origin), lines);
    },
    close: async () => undefined,
  };
}

async function post(endpoint: string, token: string, lines: readonly ImportLine[], origin: string): Promise<Response> {
  const body = Buffer.concat(lines.flatMap(({ bytes }) => [bytes, NEWLINE]));
  try {
    return await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body,
    });
  } catch (error) {
    const cause = (error as Error).cause;
    const reason = cause instanceof Error ? cause.message : String(error);
    const hint = /certificate/i.test(reason) ? ' Let this program trust the server: NODE_EXTRA_CA_CERTS=$(muster ca).' : '';
    throw new ImportStopped(`The server ${origin} cannot be reached: ${reason}.${hint}`);
  }
}

interface WireError {
  readonly error?: { readonly message?: string; readonly innerError?: { readonly '@muster.detail'?: string } };
}

async function read(response: Response, origin: string): Promise<ImportResult> {
  const text = await response.text();
  let body: WireError & { readonly types?: ImportResult['imported'] } & Partial<Pick<ImportResult, 'rejected' | 'leftOut'>>;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ImportStopped(
      `The server ${origin} answers ${response.status} and no JSON: it is no Muster server, or a proxy stands before it.`,
    );
  }
  if (response.status === 200 && body.types !== undefined && body.rejected !== undefined)
    return { imported: body.types, rejected: body.rejected, ...(body.leftOut === undefined ? {} : { leftOut: body.leftOut }) };
  const message = wireText(body.error?.message ?? '');
  const bad = /^Line (\d+): (.*)$/s.exec(message);
  if (response.status === 400 && bad !== null) return { imported: {}, rejected: [{ line: Number(bad[1]), message: bad[2] ?? '' }] };
  const detail = body.error?.innerError?.['@muster.detail'];
  throw new ImportStopped(`The server ${origin} answers ${response.status}: ${message}${detail === undefined ? '' : ` ${detail}`}`);
}

/** The service's own errors carry their text inside a JSON text. */
function wireText(message: string): string {
  if (!message.startsWith('{')) return message;
  try {
    const { Message } = JSON.parse(message) as { readonly Message?: string };
    return (Message ?? message).split(' - Operation ID')[0] ?? message;
  } catch {
    return message;
  }
}

/** The server counts the lines of its request: back to those of the file. */
function numbered({ rejected, ...result }: ImportResult, lines: readonly ImportLine[]): ImportResult {
  return { ...result, rejected: rejected.map(({ line, message }) => ({ line: lines[line - 1]?.line ?? line, message })) };
}
