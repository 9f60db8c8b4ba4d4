/** What goes over the wire, beside what a client makes of it. Both clients send through the global `fetch`. */

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly sent: Headers;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Recorded {
  readonly exchanges: readonly Exchange[];
  /** What the client made of it, or threw. */
  readonly result: unknown;
  readonly failed: boolean;
}

export async function recorded(work: () => Promise<unknown>): Promise<Recorded> {
  const real = globalThis.fetch;
  const exchanges: Exchange[] = [];
  globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : undefined;
    const response = await real(input, init);
    exchanges.push({
      method: init?.method ?? request?.method ?? 'GET',
      url: request?.url ?? String(input),
      sent: new Headers(init?.headers ?? request?.headers),
      status: response.status,
      headers: response.headers,
      text: await response.clone().text(),
    });
    return response;
  };
  try {
    return { result: await work(), failed: false, exchanges };
  } catch (error) {
    return { result: error, failed: true, exchanges };
  } finally {
    globalThis.fetch = real;
  }
}
