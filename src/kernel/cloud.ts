/** The clouds in which Microsoft Graph is served (graph-api spec 6.1). Tokens of one are worth nothing in another. */

export const cloudNames = ['global', 'usgov-l4', 'usgov-l5', 'china'] as const;
export type CloudName = (typeof cloudNames)[number];

export interface Cloud {
  readonly name: CloudName;
  /** Root of Graph, and `aud` of tokens for it. */
  readonly graph: string;
  /** Where tokens are asked for. */
  readonly authority: string;
  /** Other hosts of the authority. */
  readonly authorityAliases: readonly string[];
  /** `iss` of v1.0 access tokens; the clouds of the US government share the global one's. */
  readonly tokenIssuer: string;
  /** `cloud_instance_name` of the OpenID configuration. */
  readonly instance: string;
}

const STS = 'https://sts.windows.net/{tenantid}/';
const US_GOVERNMENT = {
  authority: 'https://login.microsoftonline.us',
  authorityAliases: ['login.usgovcloudapi.net'],
  tokenIssuer: STS,
  instance: 'microsoftonline.us',
};

const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: {
    name: 'global',
    graph: 'https://graph.microsoft.com',
    authority: 'https://login.microsoftonline.com',
    authorityAliases: ['login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    tokenIssuer: STS,
    instance: 'microsoftonline.com',
  },
  'usgov-l4': { name: 'usgov-l4', graph: 'https://graph.microsoft.us', ...US_GOVERNMENT },
  'usgov-l5': { name: 'usgov-l5', graph: 'https://dod-graph.microsoft.us', ...US_GOVERNMENT },
  china: {
    name: 'china',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    authorityAliases: ['login.partner.microsoftonline.cn'],
    tokenIssuer: 'https://sts.chinacloudapi.cn/{tenantid}/',
    instance: 'partner.microsoftonline.cn',
  },
};

export const GLOBAL_CLOUD: Cloud = clouds.global;

export function cloudOf(name: CloudName): Cloud {
  return clouds[name];
}
