/** What a batch of twenty costs beside its twenty requests one by one, both through the pipeline alone, without sockets. */
import { median } from '../harness/report.js';
import { openPipeline, requestOf } from './pipeline.js';

const PARTS = 20;
const ROUNDS = 40;
const REPEATS = 10;
const WARM_UP = 10;

export async function measureBatch(): Promise<Readonly<Record<string, number>>> {
  const { handle, ids } = await openPipeline(PARTS);
  const parts = ids.map((id, index) =>
    index % 2 === 0 ? `/deviceManagement/deviceConfigurations/${id}` : `/deviceManagement/deviceConfigurations/${id}/assignments?$top=10`,
  );
  const requests = parts.map((url, index) => ({ id: String(index + 1), method: 'GET', url }));
  // As bytes, which is what a server sends.
  const alone = async () => {
    for (const url of parts) {
      const { status, body } = await handle(requestOf('GET', `/beta${url}`));
      if (status !== 200 || Buffer.from(body ?? '').length === 0) throw new Error(url);
    }
  };
  const together = async () => {
    const { status, body } = await handle(requestOf('POST', '/beta/$batch', { requests }));
    if (status !== 200 || Buffer.from(body ?? '').length === 0) throw new Error(`the batch was answered with ${status}`);
  };
  const timed = async (work: () => Promise<void>) => {
    const from = performance.now();
    for (let repeat = 0; repeat < REPEATS; repeat += 1) await work();
    return performance.now() - from;
  };
  const ratios: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const apart = await timed(alone);
    const ratio = (await timed(together)) / apart;
    if (round >= 0) ratios.push(ratio);
  }
  return { batchOverParts: median(ratios) };
}
