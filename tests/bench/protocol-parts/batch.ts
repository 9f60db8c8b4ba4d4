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
  // Processor time, which does not count what other programs take.
  const cost = async (work: () => Promise<void>) => {
    const from = process.cpuUsage();
    for (let repeat = 0; repeat < REPEATS; repeat += 1) await work();
    const { user, system } = process.cpuUsage(from);
    return user + system;
  };
  const ratios: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const apart = await cost(alone);
    const ratio = (await cost(together)) / apart;
    if (round >= 0) ratios.push(ratio);
  }
  return { batchOverParts: median(ratios) };
}
