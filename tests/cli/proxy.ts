/** A way to a server on which things go wrong. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

/** What becomes of a request: passed on; cut before or after the server has seen it; or answered with this status and these headers. */
export type Fate =
  | 'pass'
  | 'cutBefore'
  | 'cutAfter'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface TroubledWay {
  readonly url: string;
  /** Every request so far, `POST /beta/…`. */
  readonly seen: readonly string[];
  /** From now on. */
  decide(fate: (method: string, url: string) => Fate): void;
  close(): Promise<void>;
}

export async function openProxy(target: string): Promise<TroubledWay> {
  const seen: string[] = [];
  let fateOf: (method: string, url: string) => Fate = () => 'pass';
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    seen.push(`${method} ${url}`);
    const fate = fateOf(method, url);
    if (fate === 'cutBefore') request.socket.destroy();
    else if (typeof fate === 'object') {
      request.resume();
      response.writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers }).end(fate.body ?? '{}');
    } else pass(request, response, new URL(url, target), fate === 'cutAfter');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    decide: (fate) => {
      fateOf = fate;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function pass(request: IncomingMessage, response: ServerResponse, address: URL, cut: boolean): void {
  const onward = httpRequest(
    address,
    { method: request.method, headers: { ...request.headers, host: address.host }, agent: false },
    (answer) => {
      answer.on('error', () => request.socket.destroy());
      if (cut) {
        answer.resume();
        answer.on('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => request.socket.destroy());
  request.pipe(onward);
}

/** Writes of assignments. */
export const isWrite = (method: string, url: string) => method !== 'GET' && /\/assignments(?:\/|$)/.test(url);
