/** Clients that change things over http as fast as they are answered, and remember what was acknowledged. */

const CONFIGURATIONS = '/beta/deviceManagement/deviceConfigurations';

/** What the server acknowledged. A change that was sent and not answered may have been made or not. */
export interface Ledger {
  /** Configurations that must be there. */
  readonly created: Set<string>;
  /** Configurations that must be gone. */
  readonly deleted: Set<string>;
  /** By configuration: the last description acknowledged, and the last sent. Each is a number that grows by one. */
  readonly descriptions: Map<string, { acknowledged: number; sent: number }>;
  /** By path of an assignment: the version of its last acknowledged change. Odd versions apply, even ones remove. */
  readonly assignments: Map<string, { acknowledged: number; sent: number }>;
}

export const emptyLedger = (): Ledger => ({
  created: new Set(),
  deleted: new Set(),
  descriptions: new Map(),
  assignments: new Map(),
});

export type Caller = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>;

export function caller(origin: string, token: string): Caller {
  // The directory counts for those alone who accept an answer that is eventually right.
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', consistencylevel: 'eventual' };
  return async (method, path, body) => {
    const answer = await fetch(origin + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

/** @throws when an answer is not the one expected: a server that is killed gives none, it never gives a wrong one */
function requireStatus(answer: { status: number; body: unknown }, ...expected: readonly number[]): void {
  if (!expected.includes(answer.status)) throw new WrongAnswer(`${answer.status} ${JSON.stringify(answer.body)}`);
}

export class WrongAnswer extends Error {}

/**
 * One client: it makes a configuration and an assignment of its own, then changes both, makes further configurations and deletes some,
 * until the connection breaks.
 *
 * @returns when the server is gone
 * @throws WrongAnswer
 */
export async function changeForever(call: Caller, ledger: Ledger): Promise<void> {
  try {
    const own = await create(call, ledger);
    const laid = await call('POST', `${CONFIGURATIONS}/${own}/assignments`, {
      target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' },
    });
    requireStatus(laid, 201);
    const assignment = `${CONFIGURATIONS}/${own}/assignments/${laid.body.id}`;
    ledger.assignments.set(assignment, { acknowledged: 1, sent: 1 });
    ledger.descriptions.set(own, { acknowledged: 0, sent: 0 });
    for (let turn = 1; ; turn++) {
      await changeAssignment(call, ledger, assignment);
      await describeNext(call, ledger, own);
      if (turn % 3 !== 0) continue;
      const another = await create(call, ledger);
      if (turn % 6 === 0) await remove(call, ledger, another);
    }
  } catch (error) {
    if (error instanceof WrongAnswer) throw error;
  }
}

async function create(call: Caller, ledger: Ledger): Promise<string> {
  const answer = await call('POST', CONFIGURATIONS, {
    '@odata.type': '#microsoft.graph.windowsHealthMonitoringConfiguration',
    displayName: 'Under load',
    description: '0',
  });
  requireStatus(answer, 201);
  const id = String(answer.body.id);
  ledger.created.add(id);
  return id;
}

async function remove(call: Caller, ledger: Ledger, id: string): Promise<void> {
  // From here until the answer it may be there or not.
  ledger.created.delete(id);
  requireStatus(await call('DELETE', `${CONFIGURATIONS}/${id}`), 200, 204);
  ledger.deleted.add(id);
}

async function changeAssignment(call: Caller, ledger: Ledger, path: string): Promise<void> {
  const version = ledger.assignments.get(path);
  if (version === undefined) return;
  version.sent += 1;
  const intent = version.sent % 2 === 1 ? 'apply' : 'remove';
  const answer = await call('PATCH', path, { intent });
  requireStatus(answer, 200);
  if (answer.headers.get('etag') !== `W/"${version.sent}"` || answer.body.intent !== intent) {
    throw new WrongAnswer(`${answer.headers.get('etag')} ${answer.body.intent} in answer to change ${version.sent} of ${path}`);
  }
  version.acknowledged = version.sent;
}

async function describeNext(call: Caller, ledger: Ledger, id: string): Promise<void> {
  const description = ledger.descriptions.get(id);
  if (description === undefined) return;
  description.sent += 1;
  requireStatus(await call('PATCH', `${CONFIGURATIONS}/${id}`, { description: String(description.sent) }), 200, 204);
  description.acknowledged = description.sent;
}

/** How many changes were acknowledged. */
export function acknowledgedCount({ created, deleted, descriptions, assignments }: Ledger): number {
  const changes = [...descriptions.values(), ...assignments.values()].reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  return changes + created.size + 2 * deleted.size;
}

/** @returns what the server holds otherwise than it acknowledged; nothing when all is well */
export async function differences(call: Caller, ledger: Ledger): Promise<readonly string[]> {
  const wrong: string[] = [];
  const stored = new Map<string, string>();
  let next: string | undefined = `${CONFIGURATIONS}?$select=id,description&$top=500`;
  while (next !== undefined) {
    const page: { status: number; body: Record<string, unknown> } = await call('GET', next);
    if (page.status !== 200) return [`the list answers ${page.status}`];
    for (const { id, description } of page.body.value as { id: string; description: string }[]) stored.set(id, description);
    const link = page.body['@odata.nextLink'] as string | undefined;
    next = link?.slice(link.indexOf('/beta'));
  }
  for (const id of ledger.created) if (!stored.has(id)) wrong.push(`${id} was created and is gone`);
  for (const id of ledger.deleted) if (stored.has(id)) wrong.push(`${id} was deleted and is there`);
  for (const [id, { acknowledged, sent }] of ledger.descriptions) {
    const value = Number(stored.get(id));
    if (!(value >= acknowledged && value <= sent)) wrong.push(`${id} is at ${value}, not between ${acknowledged} and ${sent}`);
  }
  for (const [path, { acknowledged, sent }] of ledger.assignments) {
    const { status, headers, body } = await call('GET', path);
    const version = Number(/^W\/"(\d+)"$/.exec(headers.get('etag') ?? '')?.[1]);
    const intent = version % 2 === 1 ? 'apply' : 'remove';
    if (status !== 200 || !(version >= acknowledged && version <= sent) || body.intent !== intent) {
      wrong.push(`${path} answers ${status} at ${version} with ${body.intent}, not between ${acknowledged} and ${sent}`);
    }
  }
  return wrong;
}
