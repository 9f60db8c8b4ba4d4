/** Which of many devices a caller's scope tags let him see. */
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { isVisible } from '../roles/rights.js';

/** Devices read at once. */
const BATCH = 1000;

interface Device {
  readonly id: string;
}

/** The same list with undefined in the place of what is gone or hidden; nothing is read for a caller who sees everything. */
export async function visibleDevices<T extends Device>(devices: readonly T[], context: DomainContext): Promise<readonly (T | undefined)[]> {
  if (context.rights === undefined) return devices;
  const visible: (T | undefined)[] = [];
  for await (const batch of readDevices(devices, context)) {
    for (const stored of batch) visible.push(stored === undefined ? undefined : devices[visible.length]);
  }
  return visible;
}

/** What is stored of them, in batches and in order; undefined for what is gone or hidden. */
export async function* readDevices(
  devices: readonly Device[],
  context: DomainContext,
): AsyncGenerator<readonly (StoredEntity | undefined)[]> {
  for (let at = 0; at < devices.length; at += BATCH) {
    const keys = devices.slice(at, at + BATCH).map(({ id }) => ({ set: MANAGED_DEVICES, parent: '', id }));
    const found = await context.reader.read(context.tenant, keys);
    yield found.map((stored) => (stored !== undefined && isVisible(stored, context) ? stored : undefined));
  }
}
