// Run by azure-identity.test.ts with NODE_EXTRA_CA_CERTS set: the Azure clients, unmodified, in a process of their own.
import { ClientSecretCredential, DeviceCodeCredential } from '@azure/identity';
import { ConfidentialClientApplication, PublicClientApplication } from '@azure/msal-node';

const { authority, tenant, clientId, clientSecret, publicClientId, user } = JSON.parse(process.argv[2]);
const scope = 'https://graph.microsoft.com/.default';
const identityOptions = { authorityHost: authority, disableInstanceDiscovery: true };
const msalAuth = { authority: `${authority}/${tenant}`, knownAuthorities: [new URL(authority).host] };

/** What a person would do in a browser: open the page, fill in its form, press the button. */
async function visit(verificationUri, userCode, action = 'approve') {
  const page = await fetch(verificationUri);
  if (!page.ok || !(await page.text()).includes('<form method="post">')) throw new Error(`no form at ${verificationUri}`);
  const answer = await fetch(verificationUri, {
    method: 'POST',
    headers: { origin: authority },
    body: new URLSearchParams({ code: userCode, user, action }),
  });
  if (!answer.ok) throw new Error(`the form answered ${answer.status}`);
}

const failureOf = async (promise) =>
  promise.then(
    () => 'no failure',
    (failure) => failure.message,
  );

const flows = {
  async identityClientSecret() {
    const credential = new ClientSecretCredential(tenant, clientId, clientSecret, identityOptions);
    return { token: (await credential.getToken(scope)).token };
  },
  async identityWrongSecret() {
    const credential = new ClientSecretCredential(tenant, clientId, 'wrong', identityOptions);
    return { failure: await failureOf(credential.getToken(scope)) };
  },
  async identityDeviceCode() {
    const credential = new DeviceCodeCredential({
      tenantId: tenant,
      clientId: publicClientId,
      ...identityOptions,
      userPromptCallback: ({ verificationUri, userCode }) => visit(verificationUri, userCode),
    });
    const { token } = await credential.getToken(scope);
    // The second time it comes from the cache, which works only when the answer's scope holds what was asked for.
    return { token, cached: (await credential.getToken(scope)).token === token };
  },
  async identityDeviceCodeUnderCommon() {
    const credential = new DeviceCodeCredential({
      tenantId: 'organizations',
      clientId: publicClientId,
      ...identityOptions,
      userPromptCallback: ({ verificationUri, userCode }) => visit(verificationUri, userCode),
    });
    return { token: (await credential.getToken(scope)).token };
  },
  async msalClientSecret() {
    const application = new ConfidentialClientApplication({ auth: { ...msalAuth, clientId, clientSecret } });
    return { token: (await application.acquireTokenByClientCredential({ scopes: [scope] })).accessToken };
  },
  async msalDeviceCodeAndRefresh() {
    const application = new PublicClientApplication({ auth: { ...msalAuth, clientId: publicClientId } });
    const signedIn = await application.acquireTokenByDeviceCode({
      scopes: ['DeviceManagementConfiguration.Read.All'],
      deviceCodeCallback: ({ verificationUri, userCode }) => visit(verificationUri, userCode),
    });
    const refreshed = await application.acquireTokenSilent({
      account: signedIn.account,
      scopes: ['DeviceManagementConfiguration.Read.All'],
      forceRefresh: true,
    });
    return { token: refreshed.accessToken, replaced: refreshed.accessToken !== signedIn.accessToken, username: signedIn.account.username };
  },
  async msalDeclined() {
    const application = new PublicClientApplication({ auth: { ...msalAuth, clientId: publicClientId } });
    const asked = application.acquireTokenByDeviceCode({
      scopes: [scope],
      deviceCodeCallback: ({ verificationUri, userCode }) => visit(verificationUri, userCode, 'decline'),
    });
    return { failure: await failureOf(asked) };
  },
};

const results = await Promise.all(
  Object.entries(flows).map(async ([name, flow]) => [name, await flow().catch((failure) => ({ error: String(failure) }))]),
);
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
