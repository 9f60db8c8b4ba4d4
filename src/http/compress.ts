import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Bytes up to which an answer is sent as it is: less does not fill a packet. */
const PLAIN_BYTES = 1024;

/** Bytes that are compressed before the rest of the program is asked to make room for more: every time costs a thread's way there and back. */
const LEAST_CHUNK = 16 * 1024;
const MOST_CHUNK = 256 * 1024;

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);

export type ContentCoding = 'gzip' | 'br';

export interface EncodedBody {
  readonly coding: ContentCoding;
  readonly bytes: Uint8Array;
}

/** Clients are near, so that time counts more than the last percent of size. */
async function compress(body: string | Uint8Array, coding: ContentCoding): Promise<Uint8Array> {
  if (coding === 'gzip') return await compressGzip(body, { level: constants.Z_BEST_SPEED });
  // A window of 256 KiB: what is said again stands near by, and a larger one costs a fifth more time.
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 1,
    [constants.BROTLI_PARAM_LGWIN]: 18,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return await compressBrotli(body, { params, chunkSize: Math.min(Math.max(body.length >> 3, LEAST_CHUNK), MOST_CHUNK) });
}

/** What an Accept-Encoding header says of each coding, by name in lower case. */
function weights(accept: string): ReadonlyMap<string, number> {
  const asked = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    asked.set(coding === 'x-gzip' ? 'gzip' : coding, Number.isNaN(quality) ? 0 : quality);
  }
  return asked;
}

/**
 * The coding that an Accept-Encoding header prefers (RFC 9110, 12.5.3); br where gzip would do as well, for it takes a third of the time and less
 * room. Undefined: none, or not as much as what is not encoded.
 */
export function preferredCoding(accept: string | undefined): ContentCoding | undefined {
  if (accept === undefined) return undefined;
  const asked = weights(accept);
  const others = asked.get('*') ?? 0;
  let best: ContentCoding | undefined;
  let most = Math.max(asked.get('identity') ?? 0, Number.MIN_VALUE);
  for (const coding of ['br', 'gzip'] as const) {
    const quality = asked.get(coding) ?? others;
    if (best === undefined ? quality < most : quality <= most) continue;
    best = coding;
    most = quality;
  }
  return best;
}

/** Whether the client takes an answer that is not encoded: it does unless it says otherwise (RFC 9110, 12.5.3). */
export function takesPlain(accept: string | undefined): boolean {
  if (accept === undefined || !accept.includes('0')) return true;
  const asked = weights(accept);
  return (asked.get('identity') ?? asked.get('*') ?? 1) > 0;
}

/** Whether no answer can be written as the client wants it: neither plain nor in a coding that is spoken here. */
export function takesNothing(accept: string | undefined): boolean {
  return !takesPlain(accept) && preferredCoding(accept) === undefined;
}

/** What was made of bodies that are still about: a page that has not changed is sent as the same bytes again. */
const encodings = new WeakMap<Uint8Array, Map<ContentCoding, Promise<Uint8Array>>>();

async function compressOnce(body: string | Uint8Array, coding: ContentCoding): Promise<Uint8Array> {
  if (typeof body === 'string') return await compress(body, coding);
  const known = encodings.get(body) ?? new Map<ContentCoding, Promise<Uint8Array>>();
  encodings.set(body, known);
  const before = known.get(coding);
  if (before !== undefined) return await before;
  const made = compress(body, coding);
  known.set(coding, made);
  made.catch(() => known.delete(coding));
  return await made;
}

/** The body in the coding that the client prefers; undefined where it is sent as it is. */
export async function encodedBody(body: string | Uint8Array | undefined, accept: string | undefined): Promise<EncodedBody | undefined> {
  if (body === undefined || (body.length <= PLAIN_BYTES && takesPlain(accept))) return undefined;
  const coding = preferredCoding(accept);
  return coding === undefined ? undefined : { coding, bytes: await compressOnce(body, coding) };
}
