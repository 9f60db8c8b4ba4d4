/** Kernels that go over the columns: rows of a code, rows whose code is marked, places of some bytes among many. Offsets are in bytes. */

const load = (base: string, offset: number) => `(v128.load offset=${offset} (local.get $${base}))`;

const WIDTHS = [1, 2, 4] as const;
type Width = (typeof WIDTHS)[number];

/** Of 16 codes from `offset` on one byte each: all ones where it is the wanted one. */
function equalBytes(width: Width, offset: number): string {
  const shape = { 1: 'i8x16', 2: 'i16x8', 4: 'i32x4' }[width];
  const equal = (part: number) => `(${shape}.eq ${load('codes', offset + 16 * part)} (local.get $wanted))`;
  if (width === 1) return equal(0);
  if (width === 2) return `(i8x16.narrow_i16x8_s ${equal(0)} ${equal(1)})`;
  const pair = (first: number) => `(i16x8.narrow_i32x4_s ${equal(first)} ${equal(first + 1)})`;
  return `(i8x16.narrow_i16x8_s ${pair(0)} ${pair(2)})`;
}

/** Adds to the bits at `out` those of the rows that have the code; 32 rows a round. */
function equalOf(width: Width): string {
  const shape = { 1: 'i8x16', 2: 'i16x8', 4: 'i32x4' }[width];
  const half = (offset: number) => `(i8x16.bitmask ${equalBytes(width, offset)})`;
  return `
(func (export "equal${8 * width}") (param $codes i32) (param $rows i32) (param $code i32) (param $out i32)
  (local $wanted v128) (local $end i32)
  (local.set $wanted (${shape}.splat (local.get $code)))
  (local.set $end (i32.add (local.get $codes) (i32.mul (local.get $rows) (i32.const ${width}))))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $codes) (local.get $end)))
    (i32.store (local.get $out) (i32.or (i32.load (local.get $out))
      (i32.or ${half(0)} (i32.shl ${half(16 * width)} (i32.const 16)))))
    (local.set $codes (i32.add (local.get $codes) (i32.const ${32 * width})))
    (local.set $out (i32.add (local.get $out) (i32.const 4)))
    (br $next))))`;
}

/** Writes the bits of the rows whose code is marked (a byte a code, 0 or 1); 32 rows a round. */
function markedOf(width: Width): string {
  const read = { 1: 'i32.load8_u', 2: 'i32.load16_u', 4: 'i32.load' }[width];
  const mark = (row: number) => {
    const code = `(${read} offset=${row * width} (local.get $codes))`;
    return `(i32.shl (i32.load8_u (i32.add (local.get $marks) ${code})) (i32.const ${row}))`;
  };
  const word = Array.from({ length: 32 }, (_, row) => mark(row)).reduce((bits, each) => `(i32.or ${bits} ${each})`);
  return `
(func (export "marked${8 * width}") (param $codes i32) (param $rows i32) (param $marks i32) (param $out i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $codes) (i32.mul (local.get $rows) (i32.const ${width}))))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $codes) (local.get $end)))
    (i32.store (local.get $out) ${word})
    (local.set $codes (i32.add (local.get $codes) (i32.const ${32 * width})))
    (local.set $out (i32.add (local.get $out) (i32.const 4)))
    (br $next))))`;
}

/**
 * Writes where the needle begins, at least `first` and below `end`, a word each; returns how many. Sixteen places a round are held against its first
 * and its last byte. Reads up to 16 bytes and a needle past `end`.
 */
const find = `
(func (export "find") (param $first i32) (param $end i32) (param $needle i32) (param $length i32) (param $out i32) (result i32)
  (local $head v128) (local $tail v128) (local $bits i32) (local $at i32) (local $index i32) (local $begin i32) (local $last i32)
  (local.set $begin (local.get $out))
  (local.set $last (i32.sub (local.get $length) (i32.const 1)))
  (local.set $head (i8x16.splat (i32.load8_u (local.get $needle))))
  (local.set $tail (i8x16.splat (i32.load8_u (i32.add (local.get $needle) (local.get $last)))))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $first) (local.get $end)))
    (local.set $bits (i8x16.bitmask (v128.and
      (i8x16.eq (v128.load (local.get $first)) (local.get $head))
      (i8x16.eq (v128.load (i32.add (local.get $first) (local.get $last))) (local.get $tail)))))
    (block $none (loop $bit
      (br_if $none (i32.eqz (local.get $bits)))
      (local.set $at (i32.add (local.get $first) (i32.ctz (local.get $bits))))
      (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $index (i32.const 1))
      (block $other (loop $byte
        (if (i32.ge_s (local.get $index) (local.get $last)) (then
          (i32.store (local.get $out) (local.get $at))
          (local.set $out (i32.add (local.get $out) (i32.const 4)))
          (br $other)))
        (br_if $other (i32.ne
          (i32.load8_u (i32.add (local.get $at) (local.get $index)))
          (i32.load8_u (i32.add (local.get $needle) (local.get $index)))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $byte)))
      (br $bit)))
    (local.set $first (i32.add (local.get $first) (i32.const 16)))
    (br $next)))
  (i32.shr_u (i32.sub (local.get $out) (local.get $begin)) (i32.const 2)))`;

export const scanFunctions = [...WIDTHS.map(equalOf), ...WIDTHS.map(markedOf), find].join('');
