/** Vega, which draws, and Vega-Lite, which says what. The build puts them and their 68 packages into this one file. */
export * as vega from 'vega';
export { compile } from 'vega-lite';
