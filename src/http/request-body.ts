import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { GraphError, graphError } from '../kernel/errors.js';
import type { Limits } from './server.js';

const decoders = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** The bytes the parser collected; undefined where the request has no body. */
export function sentBody(body: unknown): Uint8Array | undefined {
  return body instanceof Uint8Array && body.length > 0 ? body : undefined;
}

/**
 * The body without its `Content-Encoding` (the Kiota clients can compress what they send).
 * @throws GraphError mediaTypeUnsupported for an encoding that is not gzip, deflate, br or identity; bodyTooLarge; jsonInvalid
 */
export async function decodedBody(
  request: { readonly body: unknown; readonly headers: IncomingHttpHeaders },
  limits: Pick<Limits, 'bodyBytes'>,
): Promise<Uint8Array | undefined> {
  const body = sentBody(request.body);
  const encoding = String(request.headers['content-encoding']).trim().toLowerCase();
  if (body === undefined || encoding === 'identity' || encoding === '') return body;
  if (!Object.hasOwn(decoders, encoding)) {
    throw graphError('mediaTypeUnsupported', { type: `Content-Encoding: ${encoding}`, send: 'gzip, deflate, br or no Content-Encoding' });
  }
  try {
    return await decoders[encoding as keyof typeof decoders](body, { maxOutputLength: limits.bodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw graphError('bodyTooLarge', { limit: limits.bodyBytes });
    throw graphError('jsonInvalid', { reason: `The body is not valid ${encoding} data.` });
  }
}

/** The catalogue's entry for an error of the HTTP library or of a handler; undefined when it is a defect of ours. */
export function frameworkError(error: unknown, headers: IncomingHttpHeaders, limits: Pick<Limits, 'bodyBytes'>): GraphError | undefined {
  if (error instanceof GraphError) return error;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return graphError('bodyTooLarge', { limit: limits.bodyBytes });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return graphError('mediaTypeUnsupported', { type: headers['content-type'] ?? '' });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return graphError('jsonInvalid', { reason: 'The body is shorter or longer than its Content-Length.' });
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return graphError('mediaTypeUnsupported', { type: '' });
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return graphError('jsonInvalid', { reason: 'The connection ended before the whole body had arrived.' });
    default:
      return undefined;
  }
}
