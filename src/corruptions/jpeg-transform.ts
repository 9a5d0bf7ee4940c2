/** Bits after the point of the constants, and those kept between the passes. */
const constantBits = 13;
const passBits = 2;

const fixed = (value: number) => Math.round(value * 2 ** constantBits);
const c0298 = fixed(0.298631336);
const c0390 = fixed(0.390180644);
const c0541 = fixed(0.5411961);
const c0765 = fixed(0.765366865);
const c0899 = fixed(0.899976223);
const c1175 = fixed(1.175875602);
const c1501 = fixed(1.50132111);
const c1847 = fixed(1.847759065);
const c1961 = fixed(1.96157056);
const c2053 = fixed(2.053119869);
const c2562 = fixed(2.562915447);
const c3072 = fixed(3.072711026);

function descale(value: number, bits: number): number {
  return (value + (1 << (bits - 1))) >> bits;
}

/**
 * Turns a block of 8 x 8 values into eight times its frequencies, in place.
 * Source: Loeffler, Ligtenberg, Moschytz 1989, in the whole numbers of libjpeg's `jpeg_fdct_islow`.
 */
export function transformBlock(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) transformLine(block, { first: row, step: 1, isRow: true });
  for (let column = 0; column < 8; column++) {
    transformLine(block, { first: column, step: 8, isRow: false });
  }
}

interface Line {
  readonly first: number;
  readonly step: number;
  readonly isRow: boolean;
}

/** The four sums of products that the odd places share, of either direction. */
function mixOdd([a, b, c, d]: readonly [number, number, number, number]) {
  const z5 = (a + c + b + d) * c1175;
  const z1 = (a + d) * -c0899;
  const z2 = (b + c) * -c2562;
  const z3 = (a + c) * -c1961 + z5;
  const z4 = (b + d) * -c0390 + z5;
  return [
    a * c0298 + z1 + z3,
    b * c2053 + z2 + z4,
    c * c3072 + z2 + z3,
    d * c1501 + z1 + z4,
  ] as const;
}

function transformLine(block: Int32Array, { first, step, isRow }: Line): void {
  const read = (at: number) => block[first + at * step] as number;
  const write = (at: number, value: number) => {
    block[first + at * step] = value;
  };
  const sum = (at: number) => read(at) + read(7 - at);
  const difference = (at: number) => read(at) - read(7 - at);
  const bits = isRow ? constantBits - passBits : constantBits + passBits;
  const odd = mixOdd([difference(3), difference(2), difference(1), difference(0)]);
  const [even0, even3] = [sum(0) + sum(3), sum(0) - sum(3)];
  const [even1, even2] = [sum(1) + sum(2), sum(1) - sum(2)];
  const shared = (even2 + even3) * c0541;
  const whole = (value: number) => (isRow ? value << passBits : descale(value, passBits));
  write(0, whole(even0 + even1));
  write(4, whole(even0 - even1));
  write(2, descale(shared + even3 * c0765, bits));
  write(6, descale(shared - even2 * c1847, bits));
  odd.forEach((value, index) => {
    write(7 - 2 * index, descale(value, bits));
  });
}

/**
 * Turns frequencies into a block of 8 x 8 values, in place.
 * Source: libjpeg's `jpeg_idct_islow`.
 */
export function transformBack(block: Int32Array): void {
  for (let column = 0; column < 8; column++) {
    transformLineBack(block, { first: column, step: 8, isRow: false });
  }
  for (let row = 0; row < 64; row += 8) {
    transformLineBack(block, { first: row, step: 1, isRow: true });
  }
}

function transformLineBack(block: Int32Array, { first, step, isRow }: Line): void {
  const read = (at: number) => block[first + at * step] as number;
  // Eight times too much, and the bits kept by the first pass, go with the second.
  const bits = isRow ? constantBits + passBits + 3 : constantBits - passBits;
  const [two, six] = [read(2), read(6)];
  const shared = (two + six) * c0541;
  const [low, high] = [shared - six * c1847, shared + two * c0765];
  const [plus, minus] = [(read(0) + read(4)) << constantBits, (read(0) - read(4)) << constantBits];
  const even = [plus + high, minus + low, minus - low, plus - high];
  const odd = mixOdd([read(7), read(5), read(3), read(1)]);
  even.forEach((value, at) => {
    const other = odd[3 - at] as number;
    block[first + at * step] = descale(value + other, bits);
    block[first + (7 - at) * step] = descale(value - other, bits);
  });
}
