/** A token by the way every client takes. Making one here would load the model for its permissions; the server has it at hand. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const PATIENCE = 10_000;

/**
 * @param tenant id
 * @param ca PEM text of an authority to trust
 * @returns undefined where none is given: the server believes another issuer, or has another data directory, or does not answer
 */
export async function askToken(
  base: URL,
  tenant: string,
  client: { readonly id: string; readonly secret: string },
  ca: string | undefined,
): Promise<string | undefined> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client.id,
    client_secret: client.secret,
    // The server's own address stands for the Graph of whichever cloud it plays.
    scope: `${base.origin}/.default`,
  };
  const answer = await post(new URL(`/${tenant}/oauth2/v2.0/token`, base), new URLSearchParams(form).toString(), ca);
  try {
    const { access_token: token } = JSON.parse(answer) as { readonly access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

function post(address: URL, form: string, ca: string | undefined): Promise<string> {
  return new Promise((done) => {
    const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(form)) };
    const asked = send(
      address,
      { method: 'POST', agent: false, timeout: PATIENCE, headers, ...(ca === undefined ? {} : { ca }) },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () => done(text));
        answer.on('error', () => done(''));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => done(''));
    asked.end(form);
  });
}
