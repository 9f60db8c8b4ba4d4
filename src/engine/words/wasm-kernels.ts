/** The kernels as WebAssembly. */
import { kernelBytes } from './kernels.generated.js';
import type { Kernels } from './kernels.js';

const PAGE = 65_536;

/** Of the WebAssembly interface what is used here; the compiler's library for servers does not describe it. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (descriptor: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const { Module, Memory, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

/** Compiled once a process; null where the machine cannot. */
let compiled: object | null | undefined;

function moduleOf(): object | null {
  try {
    return new Module(Buffer.from(kernelBytes, 'base64'));
  } catch {
    return null;
  }
}

/** An instance of the module over a memory of this many bytes, all zero; undefined where the machine has no WebAssembly with vectors, or no room. */
function instanceOf(bytes: number): { readonly exports: object; readonly buffer: ArrayBuffer } | undefined {
  if (compiled === undefined) compiled = moduleOf();
  if (compiled === null) return undefined;
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  try {
    const memory = new Memory({ initial: pages, maximum: pages });
    const { exports } = new Instance(compiled, { muster: { memory } });
    return { exports, buffer: memory.buffer };
  } catch {
    return undefined;
  }
}

/** @returns kernels over a memory of this many words; undefined where there are none */
export function wasmKernels(words: number): Kernels | undefined {
  const made = instanceOf(words * 4);
  return made === undefined ? undefined : { ...(made.exports as Omit<Kernels, 'words'>), words: new Uint32Array(made.buffer) };
}

type OverCodes = (codes: number, rows: number, codeOrMarks: number, out: number) => void;

/** What goes over columns, `tools/kernels/scan-text.ts`; offsets in bytes, rows a multiple of 32. */
export interface ScanKernels {
  readonly memory: Uint8Array;
  /** Adds the bits of the rows that have a code; the number is the width of the codes. */
  readonly equal8: OverCodes;
  readonly equal16: OverCodes;
  readonly equal32: OverCodes;
  /** Writes the bits of the rows whose code is marked, a byte a code. */
  readonly marked8: OverCodes;
  readonly marked16: OverCodes;
  readonly marked32: OverCodes;
  /** Writes the places from `first` up to `end` where the needle begins, a word each. @returns how many */
  find(first: number, end: number, needle: number, length: number, out: number): number;
}

/** @param bytes of the memory */
export function scanKernels(bytes: number): ScanKernels | undefined {
  const made = instanceOf(bytes);
  return made === undefined ? undefined : { ...(made.exports as Omit<ScanKernels, 'memory'>), memory: new Uint8Array(made.buffer) };
}
