import { randomBytes, randomInt } from 'node:crypto';
import type { TokenUser } from '../mint.js';

/** No vowels, no look-alikes: easy to type, and never a word (RFC 8628, section 6.1). */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LENGTH = 8;

/** Seconds between two polls: the issuer is on the same machine. */
export const POLL_INTERVAL_SECONDS = 1;

export type DeviceCodeState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'approved'; readonly tenantId: string; readonly user: TokenUser };

export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly clientName: string;
  /** The tenant it was asked for, undefined for `common`. */
  readonly tenantId: string | undefined;
  /** `scope` as asked for. */
  readonly scope: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export type PollResult =
  | { readonly kind: 'unknown' | 'expired' | 'declined' | 'pending' | 'tooFast' }
  | { readonly kind: 'approved'; readonly code: DeviceCode; readonly tenantId: string; readonly user: TokenUser };

export interface DeviceCodes {
  open(request: Pick<DeviceCode, 'clientId' | 'clientName' | 'tenantId' | 'scope'>): DeviceCode;
  /** The code a user typed, however spaced; undefined when unknown, expired, or already decided. */
  find(userCode: string): DeviceCode | undefined;
  decide(code: DeviceCode, state: DeviceCodeState): void;
  /** What a device learns by asking. `admitted` says whether it asks under a path that fits; an approval is given out once. */
  poll(deviceCode: string, clientId: string, admitted: (tenantId: string) => boolean): PollResult;
}

interface Entry {
  readonly code: DeviceCode;
  state: DeviceCodeState;
  polledAt: number | undefined;
}

/** Outstanding device codes, in memory alone: the oldest give way beyond `max`. */
export function createDeviceCodes(options: {
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly lifetimeSeconds: number;
  readonly max: number;
}): DeviceCodes {
  const { now, monotonic, lifetimeSeconds, max } = options;
  const byDeviceCode = new Map<string, Entry>();
  const byUserCode = new Map<string, Entry>();

  const remove = ({ code }: Entry) => {
    byDeviceCode.delete(code.deviceCode);
    byUserCode.delete(code.userCode);
  };

  const makeRoom = () => {
    for (const entry of byDeviceCode.values()) {
      // An expired code is kept for one more lifetime, so that a slow device hears "expired" rather than "unknown".
      if (byDeviceCode.size < max && now() < entry.code.expires + lifetimeSeconds * 1000) return;
      remove(entry);
    }
  };

  return {
    open(request) {
      makeRoom();
      let userCode = newUserCode();
      while (byUserCode.has(userCode)) userCode = newUserCode();
      const code: DeviceCode = {
        ...request,
        deviceCode: randomBytes(32).toString('base64url'),
        userCode,
        expires: now() + lifetimeSeconds * 1000,
      };
      const entry: Entry = { code, state: { kind: 'pending' }, polledAt: undefined };
      byDeviceCode.set(code.deviceCode, entry);
      byUserCode.set(userCode, entry);
      return code;
    },
    find(typed) {
      const letters = typed.toUpperCase().replace(/[^A-Z]/g, '');
      const entry = byUserCode.get(`${letters.slice(0, 4)}-${letters.slice(4)}`);
      return entry?.state.kind === 'pending' && now() < entry.code.expires ? entry.code : undefined;
    },
    decide(code, state) {
      const entry = byDeviceCode.get(code.deviceCode);
      if (entry?.state.kind === 'pending') entry.state = state;
    },
    poll(deviceCode, clientId, admitted) {
      const entry = byDeviceCode.get(deviceCode);
      if (entry === undefined || entry.code.clientId !== clientId) return { kind: 'unknown' };
      if (entry.code.tenantId !== undefined && !admitted(entry.code.tenantId)) return { kind: 'unknown' };
      if (now() >= entry.code.expires) return { kind: 'expired' };
      const { state } = entry;
      if (state.kind === 'declined') return { kind: 'declined' };
      if (state.kind === 'approved') {
        if (!admitted(state.tenantId)) return { kind: 'unknown' };
        remove(entry);
        return { kind: 'approved', code: entry.code, tenantId: state.tenantId, user: state.user };
      }
      const at = monotonic();
      // Half the interval is left to timers that fire early: MSAL gives up for good at the first slow_down.
      const tooFast = entry.polledAt !== undefined && at - entry.polledAt < POLL_INTERVAL_SECONDS * 500;
      entry.polledAt = at;
      return { kind: tooFast ? 'tooFast' : 'pending' };
    },
  };
}

function newUserCode(): string {
  const letters = Array.from({ length: USER_CODE_LENGTH }, () => USER_CODE_LETTERS.charAt(randomInt(USER_CODE_LETTERS.length))).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
