// Run by sdk.test.ts with NODE_EXTRA_CA_CERTS set: both clients as they are, over https, each updating on every path it is given.
import { ClientSecretCredential } from '@azure/identity';
import { BaseBearerTokenAuthenticationProvider, HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions';
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import { GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import {
  createDeviceConfigurationAssignmentFromDiscriminatorValue,
  serializeDeviceConfigurationAssignment,
} from '@microsoft/msgraph-beta-sdk/models/index.js';

const { origin, tenant, client, paths } = JSON.parse(process.argv[2]);
const scopes = ['https://graph.microsoft.com/.default'];
const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';
const credential = new ClientSecretCredential(tenant, client.id, client.secret, { authorityHost: origin, disableInstanceDiscovery: true });

async function graphClient() {
  const graph = Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }),
    baseUrl: `${origin}/`,
    defaultVersion: 'beta',
    customHosts: new Set(['localhost']),
  });
  const intents = [];
  for (const { path, body } of paths) intents.push((await graph.api(path.replace('/beta', '')).patch(body)).intent);
  const names = [];
  const first = await graph.api(CONFIGURATIONS).select(['id', 'displayName']).orderby('displayName').top(3).get();
  const next = first['@odata.nextLink'];
  await new PageIterator(graph, first, ({ displayName }) => names.push(displayName) > 0).iterate();
  const failure = await graph
    .api(`${CONFIGURATIONS}/nope`)
    .header('client-request-id', 'my-own-id')
    .get()
    .catch(({ statusCode, code, requestId, headers, body }) => ({
      statusCode,
      code,
      echoed: headers.get('client-request-id'),
      sameId: requestId === headers.get('request-id') && requestId === JSON.parse(body).innerError['request-id'],
    }));
  return { intents, names, next, failure };
}

async function betaSdk() {
  const adapter = new GraphBetaRequestAdapter(
    new BaseBearerTokenAuthenticationProvider({
      getAuthorizationToken: async () => (await credential.getToken(scopes)).token,
      getAllowedHostsValidator: () => ({ isUrlHostValid: (url) => new URL(url).hostname === 'localhost' }),
    }),
  );
  adapter.baseUrl = `${origin}/beta`;
  const intents = [];
  for (const { path } of paths) {
    const information = new RequestInformation(HttpMethod.PATCH, `{+baseurl}${path.replace('/beta', '')}`, { baseurl: adapter.baseUrl });
    information.headers.add('Accept', 'application/json');
    information.setContentFromParsable(adapter, 'application/json', { intent: 'apply' }, serializeDeviceConfigurationAssignment);
    intents.push((await adapter.send(information, createDeviceConfigurationAssignmentFromDiscriminatorValue, undefined)).intent);
  }
  return { intents };
}

const answers = { graphClient: await graphClient(), betaSdk: await betaSdk() };
process.stdout.write(JSON.stringify(answers));
