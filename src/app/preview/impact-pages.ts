/** The lists of impacts in pages: the first with the impact, the others by next link. */
import { deviceJson, type ImpactList, type ImpactPage, impactLists } from '../../domain/impact/impact-json.js';
import type { Caller } from '../../kernel/caller.js';
import { graphError } from '../../kernel/errors.js';
import type { GraphRequest, GraphResponse } from '../../kernel/message.js';
import { decodeSkipToken, encodeSkipToken } from '../../odata/skiptoken.js';
import { KEPT_MINUTES, type KeptPreview, type KeptPreviews } from './kept-previews.js';

/** Devices of a list that come with the impact, and in a page after it. */
export const FIRST_PAGE = 100;
const NEXT_PAGE = 1000;

/** The part of an impact that covers every request. */
export const TOTAL = 'total';

const PATH = /^\/+beta\/+muster\/+previews\/+([^/?]+)\/+(total|\d{1,4})\/+([a-z]+)\/*(?:\?(.*))?$/i;

/** Device names are read where devices or what is configured on them may be. */
const READ = [
  'DeviceManagementManagedDevices.Read.All',
  'DeviceManagementManagedDevices.ReadWrite.All',
  'DeviceManagementConfiguration.Read.All',
  'DeviceManagementConfiguration.ReadWrite.All',
] as const;

export interface LinkOptions {
  readonly origin: string;
  readonly caller: Caller;
  readonly skipTokenKey: Uint8Array;
}

/** How one part of a kept preview is shown. A caller who could not follow a next link gets none. */
export function pageOf(kept: KeptPreview, part: string, size: number, options: LinkOptions): ImpactPage {
  return {
    size,
    nextLink: (list) =>
      kept.list(part, list) === undefined || !mayRead(options.caller) ? undefined : linkTo(kept.id, part, list, size, options),
  };
}

function linkTo(id: string, part: string, list: ImpactList, skip: number, { origin, skipTokenKey }: Omit<LinkOptions, 'caller'>): string {
  const token = encodeSkipToken({ id, part, list, skip }, skipTokenKey);
  return `${origin}/beta/muster/previews/${id}/${part}/${list}?$skiptoken=${encodeURIComponent(token)}`;
}

function mayRead({ permissions }: Caller): boolean {
  return READ.some((permission) => permissions.has(permission));
}

export function isImpactPage(url: string): boolean {
  return PATH.test(url);
}

/**
 * GET /beta/muster/previews/{id}/{total, or the index of a request}/{gained, lost or removed}?$skiptoken=…
 * @returns 200 `{"@odata.count", "@odata.nextLink", value: [{id, deviceName, userPrincipalName}]}`
 * @throws GraphError previewGone (410), permissionMissing (403), methodNotAllowed, segmentUnknown, optionUnknown, optionInvalid
 */
export function answerImpactPage(request: GraphRequest, previews: KeptPreviews, now: number, options: LinkOptions): GraphResponse {
  const { caller, skipTokenKey } = options;
  if (request.method !== 'GET') throw graphError('methodNotAllowed', { method: request.method, allow: 'GET' });
  if (!mayRead(caller)) {
    throw graphError('permissionMissing', { subject: caller.kind === 'application' ? 'Application' : 'User', permissions: READ });
  }
  const [, id = '', part = '', name = '', query = ''] = PATH.exec(request.url) ?? [];
  const list = impactLists.find((one) => one === name);
  if (list === undefined) throw graphError('segmentUnknown', { segment: name });
  const devices = previews.find(id, caller, now)?.list(part, list);
  if (devices === undefined) throw graphError('previewGone', { minutes: KEPT_MINUTES });
  const skip = readSkip(query, { id, part, list }, skipTokenKey);
  const value = devices.page(skip, NEXT_PAGE).map(deviceJson);
  const next = skip + value.length;
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify({
      '@odata.count': devices.count,
      ...(next < devices.count ? { '@odata.nextLink': linkTo(id, part, list, next, options) } : {}),
      value,
    }),
  };
}

function readSkip(query: string, page: Readonly<Record<'id' | 'part' | 'list', string>>, key: Uint8Array): number {
  let skip = 0;
  for (const [name, text] of new URLSearchParams(query)) {
    if (name.toLowerCase() !== '$skiptoken') throw graphError('optionUnknown', { option: name.slice(0, 100) });
    const token = decodeSkipToken(text, key);
    const fits = token.id === page.id && token.part === page.part && token.list === page.list;
    if (!fits) throw graphError('optionInvalid', { option: '$skiptoken', reason: 'it is the token of another list.' }, '$skiptoken');
    skip = Number(token.skip);
  }
  return skip;
}
