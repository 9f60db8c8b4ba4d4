/** The kernels of `src/engine` as WebAssembly text: each loop goes over 64 bytes a round, in four vectors of 128 bits. */

import { scanFunctions } from './scan-text.js';

const LANES = [0, 16, 32, 48];

interface Kernel {
  readonly name: string;
  /** The bitsets that it reads or writes, the written one first. */
  readonly operands: readonly string[];
  /** A round, given the local that holds the offset of the round within the bitsets. */
  readonly round: string;
  readonly counts: boolean;
}

const load = (operand: string, lane: number) => `(v128.load offset=${lane} (i32.add (local.get $${operand}) (local.get $round)))`;

const store = (operand: string, lane: number, value: string) =>
  `(v128.store offset=${lane} (i32.add (local.get $${operand}) (local.get $round)) ${value})`;

/** A kernel that writes to its first operand, lane by lane. */
function writing(name: string, operands: readonly string[], value: (lane: number) => string): Kernel {
  return { name, operands, counts: false, round: LANES.map((lane) => store(operands[0]!, lane, value(lane))).join('\n') };
}

/** A kernel that counts the bits of a value. Four lanes of byte counts are added before they are widened: 32 at most, far below 256. */
function counting(name: string, operands: readonly string[], value: (lane: number) => string): Kernel {
  const bytes = LANES.map((lane) => `(i8x16.popcnt ${value(lane)})`).reduce((sum, each) => `(i8x16.add ${sum} ${each})`);
  const widened = `(i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u ${bytes}))`;
  return { name, operands, counts: true, round: `(local.set $sum (i32x4.add (local.get $sum) ${widened}))` };
}

const and = (left: string, right: string) => `(v128.and ${left} ${right})`;
const andNot = (left: string, right: string) => `(v128.andnot ${left} ${right})`;
const or = (left: string, right: string) => `(v128.or ${left} ${right})`;

const kernels: readonly Kernel[] = [
  writing('clear', ['at'], () => '(v128.const i64x2 0 0)'),
  writing('copy', ['at', 'from'], (lane) => load('from', lane)),
  writing('or', ['at', 'from'], (lane) => or(load('at', lane), load('from', lane))),
  writing('orWithin', ['at', 'from', 'within'], (lane) => or(load('at', lane), and(load('from', lane), load('within', lane)))),
  writing('orPast', ['at', 'from', 'barred'], (lane) => or(load('at', lane), andNot(load('from', lane), load('barred', lane)))),
  writing('orWithinPast', ['at', 'from', 'within', 'barred'], (lane) =>
    or(load('at', lane), andNot(and(load('from', lane), load('within', lane)), load('barred', lane))),
  ),
  writing('and', ['at', 'from'], (lane) => and(load('at', lane), load('from', lane))),
  writing('andNot', ['at', 'from'], (lane) => andNot(load('at', lane), load('from', lane))),
  writing('decide', ['at', 'decided', 'refused'], (lane) =>
    or(andNot(load('decided', lane), load('refused', lane)), andNot(load('at', lane), load('decided', lane))),
  ),
  counting('size', ['at'], (lane) => load('at', lane)),
  counting('sizeOfBoth', ['at', 'other'], (lane) => and(load('at', lane), load('other', lane))),
  counting('sizeOfRest', ['at', 'other'], (lane) => andNot(load('at', lane), load('other', lane))),
];

function functionOf({ name, operands, round, counts }: Kernel): string {
  const lanes = [0, 1, 2, 3].map((lane) => `(i32x4.extract_lane ${lane} (local.get $sum))`);
  return `
(func (export "${name}") ${operands.map((each) => `(param $${each} i32)`).join(' ')} (param $count i32) ${counts ? '(result i32)' : ''}
  (local $round i32) ${counts ? '(local $sum v128)' : ''}
  ${operands.map((each) => `(local.set $${each} (i32.shl (local.get $${each}) (i32.const 2)))`).join('\n  ')}
  (local.set $count (i32.shl (local.get $count) (i32.const 2)))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $round) (local.get $count)))
    ${round}
    (local.set $round (i32.add (local.get $round) (i32.const 64)))
    (br $next)))
  ${counts ? lanes.reduce((sum, each) => `(i32.add ${sum} ${each})`) : ''})`;
}

/** Numbers of set bits, 64 bits a look; what holds none is passed over 64 bytes at a time. */
const ordinals = `
(func (export "ordinals") (param $at i32) (param $into i32) (param $count i32) (result i32)
  (local $round i32) (local $end i32) (local $bits i64) (local $begin i32) (local $first i32)
  (local.set $at (i32.shl (local.get $at) (i32.const 2)))
  (local.set $into (i32.shl (local.get $into) (i32.const 2)))
  (local.set $begin (local.get $into))
  (local.set $count (i32.shl (local.get $count) (i32.const 2)))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $round) (local.get $count)))
    (local.set $end (i32.add (local.get $round) (i32.const 64)))
    (if (v128.any_true ${LANES.map((lane) => load('at', lane)).reduce(or)})
      (then (loop $look
        (local.set $bits (i64.load (i32.add (local.get $at) (local.get $round))))
        (local.set $first (i32.shl (local.get $round) (i32.const 3)))
        (block $none (loop $bit
          (br_if $none (i64.eqz (local.get $bits)))
          (i32.store (local.get $into) (i32.add (local.get $first) (i32.wrap_i64 (i64.ctz (local.get $bits)))))
          (local.set $into (i32.add (local.get $into) (i32.const 4)))
          (local.set $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
          (br $bit)))
        (local.set $round (i32.add (local.get $round) (i32.const 8)))
        (br_if $look (i32.lt_u (local.get $round) (local.get $end))))))
    (local.set $round (local.get $end))
    (br $next)))
  (i32.shr_u (i32.sub (local.get $into) (local.get $begin)) (i32.const 2)))`;

/** The module: it imports its memory as `muster.memory`. */
export function kernelText(): string {
  return `(module (import "muster" "memory" (memory 1))${kernels.map(functionOf).join('')}${ordinals}${scanFunctions})`;
}
