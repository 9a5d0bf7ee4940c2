// Loaded with NODE_OPTIONS=--import=...: the time of day jumps forth and back by up to an hour whenever it is asked.
// CLOCK_SEED makes it repeat. performance.now() runs as ever.
let state = Number(process.env.CLOCK_SEED ?? 1);
const original = Date.now;

function now() {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return original() + Math.round((state / 2 ** 32 - 0.5) * 7_200_000);
}

globalThis.Date = class extends Date {
  constructor(...parameters) {
    super(...(parameters.length > 0 ? parameters : [now()]));
  }
  static now = now;
};
