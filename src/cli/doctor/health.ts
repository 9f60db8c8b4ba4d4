import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const PATIENCE = 3000;

/** One request without a token. @returns undefined when nobody answers within three seconds */
export function health(
  address: URL,
  ca: string | undefined,
): Promise<{ readonly status: number; readonly date: string | undefined } | undefined> {
  return new Promise((done) => {
    const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
    const asked = send(address, { agent: false, timeout: PATIENCE, ...(ca === undefined ? {} : { ca }) }, (answer) => {
      answer.resume();
      done({ status: answer.statusCode ?? 0, date: answer.headers.date });
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => done(undefined));
    asked.end();
  });
}
