/** Previews whose lists are longer than a page: kept in memory for a while, for the caller who asked. */
import { type ImpactList, impactLists } from '../../domain/impact/impact-json.js';
import type { DeviceList, Impact } from '../../engine/targeting/policy.js';
import type { Caller } from '../../kernel/caller.js';
import { newGuid } from '../../kernel/ids.js';

/** How long a preview is kept, minutes. */
export const KEPT_MINUTES = 10;

/** Previews of one tenant that are kept; the oldest go first. */
const PER_TENANT = 32;
/** Devices in all kept lists together: a device takes at most 4 bytes in one. */
const MAX_DEVICES = 16_000_000;

export interface KeptPreview {
  readonly id: string;
  /** Undefined: it is not kept, or there is none. */
  list(part: string, list: ImpactList): DeviceList | undefined;
}

export interface Measured {
  /** By the name of the part: `total`, or a request's index. */
  readonly parts: ReadonlyMap<string, Impact>;
  readonly valid: () => boolean;
}

export interface KeptPreviews {
  /**
   * Keep the lists that are longer than a page, those of the first parts first.
   * @param now milliseconds since the epoch
   */
  keep(measured: Measured, caller: Caller, pageSize: number, now: number): KeptPreview;
  /** Undefined: unknown, no longer kept, no longer valid, or another caller's. */
  find(id: string, caller: Caller, now: number): KeptPreview | undefined;
}

interface Entry extends KeptPreview {
  readonly owner: string;
  readonly tenant: string;
  readonly until: number;
  readonly devices: number;
  readonly valid: () => boolean;
}

export function createKeptPreviews(): KeptPreviews {
  /** Oldest first. */
  const entries = new Map<string, Entry>();

  const tidy = (now: number) => {
    for (const [id, { until, valid }] of entries) if (until <= now || !valid()) entries.delete(id);
  };

  const makeRoom = (tenant: string) => {
    const mine = [...entries.values()].filter((entry) => entry.tenant === tenant);
    for (const { id } of mine.slice(0, Math.max(0, mine.length - PER_TENANT))) entries.delete(id);
    let devices = [...entries.values()].reduce((sum, entry) => sum + entry.devices, 0);
    for (const [id, entry] of entries) {
      if (devices <= MAX_DEVICES) break;
      entries.delete(id);
      devices -= entry.devices;
    }
  };

  return {
    keep({ parts, valid }, caller, pageSize, now) {
      tidy(now);
      const lists = new Map<string, DeviceList>();
      let devices = 0;
      for (const [part, impact] of parts) {
        for (const list of impactLists) {
          const found = impact[list].devices;
          if (found.count <= pageSize || devices + found.count > MAX_DEVICES) continue;
          lists.set(`${part}/${list}`, found);
          devices += found.count;
        }
      }
      const entry: Entry = {
        id: newGuid(),
        owner: ownerOf(caller),
        tenant: caller.tenantId,
        until: now + KEPT_MINUTES * 60_000,
        devices,
        valid,
        list: (part, list) => lists.get(`${part}/${list}`),
      };
      if (lists.size > 0) {
        entries.set(entry.id, entry);
        makeRoom(entry.tenant);
      }
      return entry;
    },
    find(id, caller, now) {
      tidy(now);
      const entry = entries.get(id.toLowerCase());
      return entry?.owner === ownerOf(caller) ? entry : undefined;
    },
  };
}

function ownerOf({ tenantId, appId, userId }: Caller): string {
  return JSON.stringify([tenantId, appId, userId ?? null]);
}
