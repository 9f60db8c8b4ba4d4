/** Limits on what a plan may do. */
import { CommandFailed } from '../command-failed.js';
import type { TotalImpact } from './impact.js';

export interface GuardFlags {
  readonly maxAffected?: string;
  readonly maxLost?: string;
  readonly maxRemoved?: string;
  readonly failOnRisk?: boolean;
  readonly failOnFinding?: boolean;
}

export interface Guard {
  /** Different devices of which anything changes. */
  readonly affected: number | undefined;
  /** Different devices that lose a policy. */
  readonly lost: number | undefined;
  /** Different devices on which a policy becomes removed. */
  readonly removed: number | undefined;
  readonly risks: boolean;
  readonly findings: boolean;
}

/** @throws CommandFailed for a limit that is no whole number */
export function guardOf({ maxAffected, maxLost, maxRemoved, failOnRisk = false, failOnFinding = false }: GuardFlags): Guard {
  return {
    affected: limit('--max-affected', maxAffected),
    lost: limit('--max-lost', maxLost),
    removed: limit('--max-removed', maxRemoved),
    risks: failOnRisk,
    findings: failOnFinding,
  };
}

function limit(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new CommandFailed(`${flag} '${text}' is not a whole number of devices.`);
}

export function guards({ affected, lost, removed, risks, findings }: Guard): boolean {
  return affected !== undefined || lost !== undefined || removed !== undefined || risks || findings;
}

/** One line for each limit that the plan goes over. */
export function guardFaults(guard: Guard, total: TotalImpact): readonly string[] {
  const faults: string[] = [];
  const over = (found: number, allowed: number | undefined, flag: string, what: string) => {
    if (allowed !== undefined && found > allowed) faults.push(`${what}; ${flag} allows ${allowed}.`);
  };
  const most = total.exact ? '' : 'up to ';
  over(total.affectedDevices, guard.affected, '--max-affected', `${most}${devices(total.affectedDevices)} would be affected`);
  over(total.lostDevices, guard.lost, '--max-lost', `${most}${devices(total.lostDevices)} would lose a policy`);
  over(total.removedDevices, guard.removed, '--max-removed', `${most}${devices(total.removedDevices)} would have a policy removed`);
  if (guard.risks) faults.push(...total.risks.map(({ code, message }) => `risk ${code}: ${message}`));
  if (guard.findings) faults.push(...total.findings.map(({ code, message }) => `finding ${code}: ${message}`));
  return faults;
}

export function devices(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'device' : 'devices'}`;
}
