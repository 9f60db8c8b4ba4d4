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
  const cost = async (prepare: () => Promise<unknown>) => {
    let micros = 0;
    for (let answer = -WARM_UP; answer < ANSWERS; answer += 1) {
      await prepare();
      const before = server.cpuMicros() ?? Number.NaN;
      await ask();
      if (answer >= 0) micros += (server.cpuMicros() ?? Number.NaN) - before;
    }
    return micros / ANSWERS / 1000;
  };
  const { value: some } = await client.call<{ value: Configuration[] }>('GET', `${DC}?$top=1`);
  const { id, '@odata.type': type } = some[0] as Configuration;
  let change = 0;
  const listExpandCpuMillis = await cost(async () => undefined);
  const listExpandChangedCpuMillis = await cost(async () => {
    await client.call('PATCH', `${DC}/${String(id)}`, { '@odata.type': type, description: `Change ${change++}` });
    // What the write leaves to be done is not the list's.
    await new Promise((resolve) => setTimeout(resolve, 10));
  });
  return { listExpandCpuMillis, listExpandChangedCpuMillis };
}
