/** A proxy that treats requests roughly: throttles, cuts and refuses them as its plan says, and passes on the others as they are. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxiedRequest {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
}

export type Roughness =
  /** Answered by the proxy itself. */
  | { readonly answer: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** The connection goes before there is an answer. */
  | 'reset'
  /** The connection goes in the middle of the answer. */
  | 'cut'
  /** Of the requests in a batch, every so many are throttled. */
  | { readonly throttleInner: number };

export interface RoughProxy {
  readonly url: string;
  /** What came, in order. */
  readonly requests: readonly ProxiedRequest[];
  close(): Promise<void>;
}

export async function roughProxy(target: string, plan: (request: ProxiedRequest) => Roughness | undefined): Promise<RoughProxy> {
  const requests: ProxiedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const one = { number: requests.length + 1, method, url, authorization: headers.authorization ?? '' };
    requests.push(one);
    treat(plan(one), target, incoming, outgoing);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function treat(roughness: Roughness | undefined, target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (roughness === 'reset') {
    incoming.socket.destroy();
    return;
  }
  if (typeof roughness === 'object' && 'answer' in roughness) {
    outgoing.writeHead(roughness.answer, { 'content-type': 'application/json', ...roughness.headers });
    outgoing.end(JSON.stringify(roughness.body ?? { error: { code: 'Rough', message: 'As planned.' } }));
    return;
  }
  const { method, url = '', headers } = incoming;
  const forward = request(new URL(url, target), { method, headers }, (answer) => {
    const pieces: Buffer[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    answer.on('end', () => {
      const whole = Buffer.concat(pieces);
      const body = typeof roughness === 'object' ? withThrottled(whole, roughness.throttleInner) : whole;
      const { 'transfer-encoding': _, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 500, { ...rest, 'content-length': String(body.byteLength) });
      if (roughness !== 'cut') outgoing.end(body);
      else outgoing.write(body.subarray(0, Math.ceil(body.byteLength / 2)), () => outgoing.socket?.destroy());
    });
  });
  forward.on('error', () => outgoing.destroy());
  incoming.pipe(forward);
}

function withThrottled(body: Buffer, every: number): Buffer {
  const { responses } = JSON.parse(body.toString('utf8')) as { readonly responses: readonly Record<string, unknown>[] };
  const throttled = { status: 429, headers: { 'Retry-After': '0' }, body: { error: { code: 'TooManyRequests', message: 'Slowly.' } } };
  return Buffer.from(JSON.stringify({ responses: responses.map((one, at) => (at % every === 0 ? { ...one, ...throttled } : one)) }));
}
