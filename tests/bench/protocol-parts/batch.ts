/** What a batch of twenty costs beside its twenty requests one by one, both through the pipeline alone, without sockets. */
import { openPipeline, requestOf } from './pipeline.js';

const PARTS = 20;
const ROUNDS = 200;
const REPEATS = 5;
const WARM_UP = 10;

export async function measureBatch(): Promise<Readonly<Record<string, number>>> {
  const { handle, ids } = await openPipeline(PARTS);
  const parts = ids.map((id, index) =>
    index % 2 === 0 ? `/deviceManagement/deviceConfigurations/${id}` : `/deviceManagement/deviceConfigurations/${id}/assignments?$top=10`,
  );
  const requests = parts.map((url, index) => ({ id: String(index + 1), method: 'GET', url }));
  // As bytes, which is what a server sends.
  const bytesOf = (body: string | Uint8Array | undefined) => (typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array()));
  const singles = parts.map((url) => requestOf('GET', `/beta${url}`));
  const batch = requestOf('POST', '/beta/$batch', { requests });
  const alone = async () => {
    for (const request of singles) {
      const { status, body } = await handle(request);
      if (status !== 200 || bytesOf(body).length === 0) throw new Error(request.url);
    }
  };
  const together = async () => {
    const { status, body } = await handle(batch);
    if (status !== 200 || bytesOf(body).length === 0) throw new Error(`the batch was answered with ${status}`);
  };
  const timed = async (work: () => Promise<void>) => {
    const from = performance.now();
    for (let repeat = 0; repeat < REPEATS; repeat += 1) await work();
    return performance.now() - from;
  };
  // The fastest rounds of each, taken in turn: what other programs take of the machine is no cost of a batch.
  let [apart, inOne] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const [one, other] = [await timed(alone), await timed(together)];
    if (round < 0) continue;
    apart = Math.min(apart, one);
    inOne = Math.min(inOne, other);
  }
  return { batchOverParts: inOne / apart };
}
