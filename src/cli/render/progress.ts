/** How far a long command has come, on standard error: a bar that is drawn over on a terminal, a plain line now and then elsewhere. */
import type { Terminal } from '../composition.js';

const REDRAW_MILLIS = 100;
const PLAIN_MILLIS = 3000;
const WIDTH = 24;

export interface Progress {
  /** @param share from 0 to 1; undefined where the end is not known */
  update(objects: number, share: number | undefined): void;
  /** Take the bar away. */
  clear(): void;
}

/** @param unit what is counted, in the plural */
export function createProgress(terminal: Terminal, quiet: boolean, unit = 'objects'): Progress {
  const start = terminal.now();
  let last = start;
  let shown = false;
  const clear = () => {
    if (shown) terminal.error('\r\x1b[2K');
    shown = false;
  };
  return {
    clear,
    update(objects, share) {
      const now = terminal.now();
      if (quiet || now - last < (terminal.interactive ? REDRAW_MILLIS : PLAIN_MILLIS)) return;
      // What is through is told by what follows.
      if (share !== undefined && share >= 1) return;
      last = now;
      const line = describe(objects, unit, share, (now - start) / 1000);
      if (!terminal.interactive) {
        terminal.error(`${line}\n`);
        return;
      }
      clear();
      terminal.error(share === undefined ? line : `[${bar(share)}] ${line}`);
      shown = true;
    },
  };
}

function bar(share: number): string {
  const full = Math.round(Math.min(share, 1) * WIDTH);
  return `${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}`;
}

function describe(objects: number, unit: string, share: number | undefined, seconds: number): string {
  const parts = [`${count(objects)} ${unit}`, `${rate(objects / seconds)}/s`];
  if (share !== undefined && share > 0) {
    parts.unshift(`${Math.floor(Math.min(share, 1) * 100)}%`);
    parts.push(`${duration((seconds / share) * (1 - Math.min(share, 1)))} left`);
  }
  return parts.join(', ');
}

function rate(value: number): string {
  return value < 10 ? value.toFixed(1) : count(Math.round(value));
}

/** `1,234,567`. By hand where it can be: the first number that a process writes as people of a country do costs it tens of milliseconds. */
export function count(value: number): string {
  if (Number.isSafeInteger(value)) return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return value.toLocaleString('en-US');
}

export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
