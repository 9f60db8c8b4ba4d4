import autocannon, { type Request } from 'autocannon';

export interface LoadResult {
  readonly perSecond: number;
  readonly answered: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Every request of the run; each connection repeats its own share of them, so that no two connections touch the same thing. */
  readonly lanes: readonly (readonly Request[])[];
}

/**
 * Keep every connection busy with one request at a time.
 * @throws when any answer is not a success: a server that refuses is fast, and its figure means nothing
 */
export async function runLoad({ url, connections, seconds, lanes }: Load): Promise<LoadResult> {
  let next = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (client) => {
      client.setRequests(lanes[next % lanes.length] ?? []);
      next += 1;
    },
  });
  if (result.non2xx + result.errors + result.timeouts > 0 || result['2xx'] === 0) {
    throw new Error(`${url}: ${result.errors} errors, ${result.timeouts} timeouts, answers ${JSON.stringify(result.statusCodeStats)}`);
  }
  return {
    perSecond: result['2xx'] / result.duration,
    answered: result['2xx'],
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}
