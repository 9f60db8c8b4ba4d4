/** The server's own processor time for one answer: 1,000 configurations with their assignments. */
import { ACCEPTED, type MusterClient } from '../harness/muster-client.js';
import type { ServerProcess } from '../harness/server-process.js';

const CONFIGURATIONS = 1000;
const AT_ONCE = 32;
const WARM_UP = 20;
const ANSWERS = 60;
const DC = '/beta/deviceManagement/deviceConfigurations';

type Configuration = Readonly<Record<string, unknown>>;

/** A fleet of configurations such as the demo company's own: copies of those that it has, each with two assignments. */
async function layConfigurations(client: MusterClient): Promise<void> {
  const { value: patterns } = await client.call<{ value: Configuration[] }>('GET', DC);
  const groups = await client.call<{ value: { id: string }[] }>('GET', '/beta/groups?$select=id&$top=2');
  const assignments = groups.value.map(({ id: groupId }) => ({
    target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId },
  }));
  let next = 0;
  const lay = async () => {
    for (let index = next++; index < CONFIGURATIONS; index = next++) {
      const pattern = patterns[index % patterns.length];
      const { id } = await client.call<{ id: string }>('POST', DC, {
        ...pattern,
        displayName: `Benchmark ${String(index).padStart(4, '0')}`,
      });
      await client.call('POST', `${DC}/${id}/assign`, { assignments });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lay));
}

/** @param server a Muster whose tenant of `client` has groups */
export async function measureListExpand(server: ServerProcess<unknown>, client: MusterClient): Promise<Readonly<Record<string, number>>> {
  await layConfigurations(client);
  const ask = async () => {
    const text = await client.text('GET', `${DC}?$expand=assignments&$top=${CONFIGURATIONS}`, undefined, ACCEPTED);
    const { value } = JSON.parse(text) as { readonly value: readonly { readonly assignments: unknown }[] };
    if (value.length !== CONFIGURATIONS || value.some(({ assignments }) => assignments === undefined))
      throw new Error('the answer lacks something');
  };
  for (let answer = 0; answer < WARM_UP; answer += 1) await ask();
  const before = server.cpuMicros() ?? Number.NaN;
  for (let answer = 0; answer < ANSWERS; answer += 1) await ask();
  return { listExpandCpuMillis: ((server.cpuMicros() ?? Number.NaN) - before) / ANSWERS / 1000 };
}
