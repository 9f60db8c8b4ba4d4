import type { Config } from '../../config.js';
import { cloudOf } from '../../kernel/cloud.js';
import type { Running } from '../composition.js';

/** What other programs wait for: one line of JSON. Keys may be added, never renamed. */
export function readyLine(running: Running, config: Config): string {
  const { http, https, tenants, client, caCertificate } = running;
  return `${JSON.stringify({
    ready: true,
    http: http ?? null,
    https: https ?? null,
    tenants: tenants.map(({ name, id }) => ({ name, id })),
    client: client === undefined ? null : { id: client.id, secret: client.secret },
    data: config.data,
    ca: caCertificate ?? null,
  })}\n`;
}

/** What a person reads: where it is, who may come in, and three lines to paste. */
export function readyMessage(running: Running, config: Config, platform: NodeJS.Platform): string {
  const { http, https, tenants, client, caCertificate } = running;
  const rows: [string, string][] = [];
  if (http !== undefined) rows.push(['http', http]);
  if (https !== undefined) rows.push(['https', https]);
  if (https !== undefined && caCertificate !== undefined) rows.push(['CA certificate', caCertificate]);
  rows.push(['data', config.memory ? `memory; keys in ${config.data}` : config.data]);
  const width = Math.max(...tenants.map(({ name }) => name.length));
  tenants.forEach(({ name, id }, index) => {
    rows.push([index === 0 ? 'tenants' : '', `${name.padEnd(width)}  ${id}`]);
  });
  if (client === undefined) {
    rows.push(['tokens', `from ${config.issuer}`]);
  } else {
    rows.push(['demo client id', client.id], ['demo client secret', client.secret]);
  }
  const label = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `  ${name.padEnd(label)}  ${value}`.trimEnd()).join('\n');
  return `Muster is ready: ${[http, https].filter((url) => url !== undefined).join(' and ')}\n\n${table}\n${tryIt(running, cloudOf(config.cloud).graph, platform)}\n`;
}

/** Three lines to paste: get a token, update an assignment, read it back. */
/** @param graph root of Graph in the server's cloud */
function tryIt({ http, https, client, example, caCertificate }: Running, graph: string, platform: NodeJS.Platform): string {
  const origin = http ?? https;
  if (origin === undefined || client === undefined || example === undefined) return '';
  const trust = http === undefined && caCertificate !== undefined ? caCertificate : undefined;
  const token = `${origin}/${example.tenantId}/oauth2/v2.0/token`;
  const assignment = origin + example.path;
  const body = JSON.stringify({ intent: example.intent });
  const bash = bashLines(token, assignment, body, client, graph, trust);
  const title = 'Try it: get a token, update an assignment, read it back';
  if (platform !== 'win32') return `\n${title}\n\n${bash}\n`;
  return `\n${title} (PowerShell)\n\n${powerShellLines(token, assignment, body, client, graph)}\n\nThe same in bash\n\n${bash}\n`;
}

type Client = NonNullable<Running['client']>;

function bashLines(token: string, assignment: string, body: string, client: Client, graph: string, trust: string | undefined): string {
  const curl = trust === undefined ? 'curl -s' : `curl -s --cacert '${trust}'`;
  const fields = `-d grant_type=client_credentials -d client_id=${client.id} -d 'client_secret=${client.secret}' -d scope=${graph}/.default`;
  const header = '-H "Authorization: Bearer $TOKEN"';
  return [
    `TOKEN=$(${curl} ${fields} '${token}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `${curl} -X PATCH ${header} -H 'Content-Type: application/json' -d '${body}' '${assignment}'; echo`,
    `${curl} ${header} '${assignment}'; echo`,
  ].join('\n');
}

function powerShellLines(token: string, assignment: string, body: string, client: Client, graph: string): string {
  const fields = `@{grant_type='client_credentials'; client_id='${client.id}'; client_secret='${client.secret}'; scope='${graph}/.default'}`;
  const header = '-Headers @{Authorization="Bearer $TOKEN"}';
  return [
    `$TOKEN = (Invoke-RestMethod '${token}' -Method Post -Body ${fields}).access_token`,
    `Invoke-RestMethod '${assignment}' -Method Patch ${header} -ContentType application/json -Body '${body}'`,
    `Invoke-RestMethod '${assignment}' ${header}`,
  ].join('\n');
}
