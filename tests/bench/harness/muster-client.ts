/** The ready line of `muster serve --json`, as far as the benchmarks need it. */
export interface MusterReady {
  readonly http: string;
  readonly tenants: readonly { readonly name: string; readonly id: string }[];
  readonly client: { readonly id: string; readonly secret: string };
}

/** What clients of Graph, who speak https, let an answer be encoded in; over http `fetch` by itself leaves br out. */
export const ACCEPTED = { 'accept-encoding': 'br, gzip, deflate' } as const;

export interface MusterClient {
  readonly token: string;
  /** @throws when the answer is not a success */
  call<T>(method: string, path: string, body?: object): Promise<T>;
  /** The same, the answer as the text it is. @throws when it is not a success */
  text(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<string>;
}

/** A caller in a tenant, with the client that the ready line tells, by the way every client takes: a token from the token endpoint. */
export async function connect({ http, tenants, client }: MusterReady, tenantName: string): Promise<MusterClient> {
  const tenant = tenants.find(({ name }) => name === tenantName);
  if (tenant === undefined) throw new Error(`the server has no tenant ${tenantName}`);
  const answer = await fetch(`${http}/${tenant.id}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const send = async (method: string, path: string, body?: object, more?: Readonly<Record<string, string>>): Promise<string> => {
    const response = await fetch(`${http}${path}`, {
      method,
      headers: { ...headers, ...more },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  return {
    token,
    async call<T>(method: string, path: string, body?: object): Promise<T> {
      const text = await send(method, path, body);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    text: send,
  };
}
