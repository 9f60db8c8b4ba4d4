// Run by identity.test.ts with NODE_EXTRA_CA_CERTS set: @azure/identity and the Graph client, unmodified, in a process of their own.
import { ClientSecretCredential, DeviceCodeCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';

const { origin, tenant, client, publicClientId, users, path } = JSON.parse(process.argv[2]);
const identity = { authorityHost: origin, disableInstanceDiscovery: true };

function graph(credential) {
  return Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: ['https://graph.microsoft.com/.default'] }),
    baseUrl: `${origin}/`,
    defaultVersion: 'beta',
    customHosts: new Set([new URL(origin).hostname]),
  }).api(path);
}

/** What a person would do in a browser: open the page, fill in its form, press the button. */
async function signIn(verificationUri, userCode, user) {
  const answer = await fetch(verificationUri, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ code: userCode, user, action: 'approve' }),
  });
  if (!answer.ok) throw new Error(`the form answered ${answer.status}: ${await answer.text()}`);
}

const outcome = (promise) =>
  promise.then(
    ({ intent }) => ({ intent }),
    ({ statusCode, code, message }) => ({ statusCode, code, message }),
  );

const asUser = (user) =>
  graph(
    new DeviceCodeCredential({
      tenantId: tenant,
      clientId: publicClientId,
      ...identity,
      userPromptCallback: ({ verificationUri, userCode }) => signIn(verificationUri, userCode, user),
    }),
  );

const results = {
  application: await outcome(graph(new ClientSecretCredential(tenant, client.id, client.secret, identity)).patch({ intent: 'remove' })),
  administrator: await outcome(asUser(users.administrator).patch({ intent: 'apply' })),
  withoutRole: await outcome(asUser(users.withoutRole).patch({ intent: 'remove' })),
  wrongSecret: await outcome(graph(new ClientSecretCredential(tenant, client.id, 'wrong', identity)).patch({ intent: 'remove' })),
};
process.stdout.write(JSON.stringify(results));
