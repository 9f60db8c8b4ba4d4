/** 400, 404, 405: the URL. */
import { qualifiedName } from '../type-name.js';
import { kind } from './kind.js';

export const urlErrors = {
  versionInvalid: kind<{ version: string }>(
    404,
    'ResourceNotFound',
    'gateway',
    (p) => `Invalid version: ${p.version}`,
    () => 'A Graph URL begins with /v1.0 or /beta.',
  ),
  segmentUnknown: kind<{ segment: string }>(400, 'BadRequest', 'gateway', (p) => `Resource not found for the segment '${p.segment}'.`),
  urlInvalid: kind<{ reason: string }>(400, 'BadRequest', 'gateway', (p) => p.reason),
  keyMissing: kind<{ segment: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `The segment '${p.segment}' is a collection: name one of its members by key first.`,
  ),
  castInvalid: kind<{ type: string; from: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `The type '${p.type}' does not derive from '${p.from}'.`,
  ),
  routeMissing: kind<{ template: string; verb: string; path: string }>(
    400,
    'No method match route template',
    'gateway',
    (p) => `No OData route exists that match template ${p.template} with http verb ${p.verb} for request ${p.path}.`,
  ),
  methodNotAllowed: kind<{ method: string; allow: string }>(
    405,
    'MethodNotAllowed',
    'gateway',
    (p) => `The method ${p.method} is not supported here.`,
    (p) => `Allowed: ${p.allow}.`,
  ),
  optionUnknown: kind<{ option: string }>(400, 'BadRequest', 'gateway', (p) => `The query parameter '${p.option}' is not supported.`),
  optionInvalid: kind<{ option: string; reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid ${p.option}: ${p.reason}`),
  filterInvalid: kind<{ reason: string; position: number; text: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Invalid filter clause: ${p.reason} at position ${p.position} in '${p.text}'.`,
  ),
  optionPropertyUnknown: kind<{ property: string; type: string; option: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Could not find a property named '${p.property}' on type '${qualifiedName(p.type)}'.`,
    (p) => `In ${p.option}.`,
  ),
  urlTooLong: kind<{ limit: number }>(414, 'RequestUriTooLong', 'gateway', (p) => `The request URL is longer than ${p.limit} bytes.`),
  headersTooLarge: kind<{ limit: number }>(
    431,
    'RequestHeaderFieldsTooLarge',
    'gateway',
    (p) => `The request headers are larger than ${p.limit} bytes.`,
  ),
  requestTimeout: kind(408, 'RequestTimeout', 'gateway', () => 'The request did not arrive in time.'),
} as const;
