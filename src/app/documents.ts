/**
 * Documents that describe the API and hold nothing of any tenant: the service document and `$metadata` of each version, and the OpenAPI
 * description. As with Graph they need no token: tools read them before anybody has signed in.
 *
 *   /beta  /v1.0                            -> service document
 *   /beta/$metadata  /v1.0/$metadata        -> CSDL, as XML unless JSON is asked for
 *   /muster/openapi.json                    -> OpenAPI 3.1
 */
import { createHash } from 'node:crypto';
import { graphError } from '../kernel/errors.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { type CsdlObject, csdlDocument } from '../model/csdl/document.js';
import { type CsdlVersion, csdlXml } from '../model/csdl/xml.js';
import { openApiDocument } from '../model/openapi/document.js';
import type { ApiVersion, Schema } from '../model/schema.js';
import { type Served, servedBy } from '../model/served.js';
import { serviceDocument } from '../model/service-document.js';
import type { Surface } from '../model/surface.js';
import { acceptedRepresentation, csdlFormat, formatRepresentation, isListed, spokenVersion } from '../odata/headers.js';
import { parseQuery } from '../odata/query-string.js';

export interface DocumentDependencies {
  readonly schemas: Readonly<Record<ApiVersion, Schema>>;
  readonly surface: Surface;
}

/** Answers a request for a document; undefined for every other request. */
export type AnswerDocument = (request: GraphRequest) => GraphResponse | undefined;

interface Text {
  readonly body: string;
  readonly etag: string;
}

const PATH = /^\/+(?:(beta|v1\.0)\/*(?:\/(?:\$|%24)(metadata)\/*)?|muster\/+openapi\.json)(?:\?|$)/i;

/**
 * Each text is written when it is first asked for, and kept.
 * @returns throws GraphError methodNotAllowed, notAcceptable, optionUnknown, optionInvalid, headerInvalid, urlInvalid
 */
export function createDocuments({ schemas, surface }: DocumentDependencies): AnswerDocument {
  const served = kept((version: ApiVersion): Served => servedBy(schemas[version], surface));
  const csdl = kept((version: ApiVersion): CsdlObject => csdlDocument(served(version)));
  const xml = kept((key: `${ApiVersion}/${CsdlVersion}`): Text => {
    const [version, edition] = key.split('/') as [ApiVersion, CsdlVersion];
    return text(csdlXml(csdl(version), edition));
  });
  const csdlJson = kept((version: ApiVersion): Text => text(JSON.stringify(csdl(version))));
  const openApi = kept((): Text => text(JSON.stringify(openApiDocument([served('v1.0'), served('beta')]))));

  return (request) => {
    const match = PATH.exec(request.url);
    if (match === null) return undefined;
    const { method, headers } = request;
    if (method !== 'GET' && method !== 'HEAD') throw graphError('methodNotAllowed', { method, allow: 'GET, HEAD' });
    const version = match[1]?.toLowerCase() as ApiVersion | undefined;
    if (version === undefined) {
      acceptedRepresentation(headers.accept, false);
      return conditional(request, openApi(undefined), { 'content-type': 'application/json;charset=utf-8' });
    }
    const edition = spokenVersion(headers);
    const format = formatOption(request.url);
    if (match[2] === undefined) {
      const representation = format === undefined ? acceptedRepresentation(headers.accept, false) : formatRepresentation(format, false);
      const { metadata, ieee754Compatible } = representation;
      const context = metadata === 'none' ? {} : { '@odata.context': `${request.origin}/${version}/$metadata` };
      const type = `application/json;odata.metadata=${metadata};odata.streaming=true;IEEE754Compatible=${ieee754Compatible};charset=utf-8`;
      const body = text(JSON.stringify({ ...context, ...serviceDocument(served(version)) }));
      return conditional(request, body, { 'content-type': type, 'odata-version': '4.0' });
    }
    if (csdlFormat(format, headers.accept) === 'xml') {
      return conditional(request, xml(`${version}/${edition}`), { 'content-type': 'application/xml', 'odata-version': edition });
    }
    // There is no CSDL JSON in OData 4.0.
    if (edition === '4.0')
      throw graphError('notAcceptable', { accept: headers.accept ?? 'json', offer: 'application/xml, or OData-MaxVersion 4.01' });
    return conditional(request, csdlJson(version), { 'content-type': 'application/json;charset=utf-8', 'odata-version': edition });
  };
}

function kept<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const before = made.get(key);
    if (before !== undefined) return before;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** The tag is weak because the bytes on the wire depend on Accept-Encoding. */
function text(body: string): Text {
  return { body, etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

function conditional({ headers: asked }: GraphRequest, { body, etag }: Text, headers: Readonly<Record<string, string>>): GraphResponse {
  const revalidated = { etag, 'cache-control': 'no-cache' };
  if (isListed(etag, asked['if-none-match'])) return { status: 304, headers: revalidated, body: undefined };
  return { status: 200, headers: { ...headers, ...revalidated }, body };
}

/** @throws optionInvalid for an option that shapes entities, of which there are none here; optionUnknown */
function formatOption(url: string): string | undefined {
  const question = url.indexOf('?');
  const { options } = parseQuery(question < 0 ? '' : url.slice(question + 1));
  for (const option of options.keys()) {
    if (option !== 'format')
      throw graphError('optionInvalid', { option: `$${option}`, reason: 'it does not apply to this document.' }, `$${option}`);
  }
  return options.get('format');
}
