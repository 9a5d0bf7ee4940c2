/**
 * The style sheet of all pages. Colours of series: Okabe and Ito 2008, lightened on dark; text has a contrast of at least
 * 7:1, muted text of 4.5:1.
 */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --text: #1a1a1a; --muted: #595959; --rule: #d9d9d9; --context: #b3b3b3; --wash: #f4f5f6;
  --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --link: #005a9c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --text: #e9eaec; --muted: #a9afb5; --rule: #3b4147; --context: #6d747b; --wash: #1f2327;
    --series-1: #56b4e9; --series-2: #ff9248; --series-3: #35c79a; --link: #7cc4f0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
body > * { max-width: 80rem; margin-inline: auto; padding-inline: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
h4 { font-size: .9rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
p, li { max-width: 48rem; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--series-2); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; z-index: 1; }
.muted, figcaption, caption { color: var(--muted); font-size: .875rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; margin: .8rem 0; }
nav a { display: inline-block; padding: .2rem 0; }
.findings { padding-left: 1.2rem; margin: .2rem 0 1rem; }
.findings li { margin: .3rem 0; }
figure { margin: .8rem 0 1.5rem; }
figcaption { max-width: 48rem; margin-bottom: .7rem; }
.keys { display: flex; flex-wrap: wrap; gap: 0 1.2rem; color: var(--text); margin-top: .2rem; }
.key { white-space: nowrap; }
.series-1 { color: var(--series-1); } .series-2 { color: var(--series-2); } .series-3 { color: var(--series-3); }
.panels .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17.5rem, 100%), 1fr)); gap: 1.4rem; }
.panel svg, .rows .charts svg { display: block; width: 100%; height: auto; }
.panel svg { max-width: 24rem; }
.rows .wide { max-width: 50rem; } .rows .narrow { display: none; max-width: 26rem; }
@media (max-width: 44rem) { .rows .wide { display: none; } .rows .narrow { display: block; } }
.scroll { overflow-x: auto; max-width: 100%; margin: .5rem 0 1rem; }
table { border-collapse: collapse; width: max-content; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { max-width: 22rem; padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; } tbody th { font-weight: 500; }
tbody tr:hover { background: var(--wash); }
.number { text-align: right; white-space: nowrap; }
.confusion td, .confusion th { padding: .2rem .35rem; border: 0; text-align: center; }
.confusion tbody th { text-align: left; }
.confusion thead th { writing-mode: vertical-rl; rotate: 180deg; text-align: left; vertical-align: bottom; }
.confusion thead th:first-child { writing-mode: horizontal-tb; rotate: 0deg; }
.confusion td { background: color-mix(in srgb, var(--series-1) calc(var(--share) * 45%), var(--wash)); min-width: 2.2rem; }
details { margin: .4rem 0; }
.matrices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(36rem, 100%), 1fr)); gap: 0 1.5rem; }
.matrices > * { min-width: 0; }
summary { cursor: pointer; padding: .25rem 0; width: fit-content; }
.sheet { max-width: none; background: #fff; display: block; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17.5rem, 100%), 1fr)); gap: .8rem 1.4rem; padding: 0; list-style: none; }
.pairs img { width: 4rem; height: 4rem; image-rendering: pixelated; margin: .2rem .3rem 0 0; }
footer { margin-block: 3rem 2rem; }
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --text: #000; --muted: #444; --rule: #ccc; --context: #aaa; --wash: #f4f5f6;
    --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --link: #000;
  }
  body { font-size: 10pt; print-color-adjust: exact; }
  body > * { max-width: none; padding-inline: 0; }
  nav, .skip { display: none; }
  figure.rows, .panel, .pairs li, tr, .findings li { break-inside: avoid; }
  h2, h3, h4, summary, figcaption, caption { break-after: avoid; }
  .panels .charts { grid-template-columns: repeat(3, 1fr); gap: .8rem; }
  .rows .wide { display: block; } .rows .narrow { display: none; }
  .scroll { overflow: visible; } table { width: auto; }
  .scroll table { font-size: 7pt; } th, td { padding: .12rem .25rem; } .number { white-space: normal; }
  .sheet { max-width: 100%; height: auto; }
  details::details-content { content-visibility: visible; block-size: auto; display: block; }
}
`;
