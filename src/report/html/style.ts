/**
 * The style sheet of all pages. Colours of series: Okabe and Ito 2008, lightened on dark; text has a contrast of at least
 * 7:1, muted text of 4.5:1. `--deep` is the end of the confusion's scale; dark cells have the class "deep", and with the text of
 * their class all cells have a contrast of at least 4.5:1.
 */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --text: #1b1f24; --muted: #57606a; --rule: #dfe3e7; --context: #b3b9c0; --wash: #f4f5f6;
  --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --link: #005a9c; --warn: #9a3d00;
  --deep: #002b54; --on-wash: #000; --on-deep: #fff; --shade: rgb(0 0 0 / .22);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --text: #e6e8eb; --muted: #a3abb3; --rule: #30363c; --context: #6d747b; --wash: #1f2327;
    --series-1: #56b4e9; --series-2: #ff9248; --series-3: #35c79a; --link: #7cc4f0; --warn: #ffb07a;
    --deep: #62b2e2; --on-wash: #fff; --on-deep: #000; --shade: rgb(255 255 255 / .28);
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--text); font: .9375rem/1.55 system-ui, sans-serif; padding-inline: 1rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; font-weight: 650; letter-spacing: -.02em; margin: 2rem 0 .25rem; }
h2 { font-size: 1.3rem; font-weight: 650; letter-spacing: -.012em; margin: 0 0 1rem; }
h3 { font-size: .9375rem; font-weight: 600; margin: 0 0 .5rem; }
h4 { font-size: .8125rem; font-weight: 500; margin: 0 0 .25rem .25rem; }
section { border-top: 1px solid var(--rule); margin-top: 3rem; padding-top: 1.5rem; }
p, li { max-width: 44rem; overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; }
a { color: var(--link); text-underline-offset: .15em; }
code { font: .92em ui-monospace, monospace; }
:focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; z-index: 3; }
.muted, figcaption, caption { color: var(--muted); font-size: .8125rem; line-height: 1.5; }
.summary { margin: 1.5rem 0 0; }
.summary p { font-size: 1.0625rem; line-height: 1.5; max-width: 48rem; margin-bottom: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; padding: 0; margin: 1.5rem 0 0; font-size: .875rem; }
nav a { display: inline-block; padding: .2rem 0; color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--text); text-decoration: underline; }
@media (min-width: 66rem) {
  body:has(> nav) { display: grid; grid-template-columns: 11rem minmax(0, 1fr); grid-template-rows: auto auto 1fr; column-gap: 3rem; max-width: 88rem; margin-inline: auto; padding-inline: 2rem; }
  nav ~ main, nav ~ footer, header:has(+ nav) { grid-column: 2; min-width: 0; }
  nav { grid-column: 1; grid-row: 1 / 4; }
  nav ul { display: block; position: sticky; top: 2rem; margin-top: 2.4rem; }
}
figure { margin: 0 0 1.5rem; }
figcaption { max-width: 44rem; margin-top: .6rem; }
.panels figcaption { margin: 0 0 1rem; }
.keys { display: flex; flex-wrap: wrap; gap: 0 1.2rem; font-size: .8125rem; margin-bottom: .6rem; }
.key { white-space: nowrap; }
.key svg { vertical-align: -.1em; }
.series-1 { color: var(--series-1); } .series-2 { color: var(--series-2); } .series-3 { color: var(--series-3); }
.ring { color: var(--muted); }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem 2.5rem; }
.beside > * { min-width: 0; max-width: 34rem; }
.panels .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1.5rem 2rem; }
.panel svg, .rows .charts svg { display: block; width: 100%; height: auto; }
.panel svg { max-width: 24rem; }
.rows .narrow { display: none; max-width: 26rem; }
@media (max-width: 34rem) { .rows .wide { display: none; } .rows .narrow { display: block; } }
.notes { columns: 24rem; column-gap: 2.5rem; padding-left: 1.1rem; }
.notes li { break-inside: avoid; margin-bottom: .3rem; }
.named { display: grid; grid-template-columns: minmax(0, 11rem) minmax(0, 1fr); gap: .2rem 2rem; border-top: 1px solid var(--rule); padding: .75rem 0; }
.named:first-of-type { border-top: 0; padding-top: 0; }
.named h3 { margin: 0; }
.findings { padding: 0; margin: 0; list-style: none; }
.findings li + li { margin-top: .35rem; }
.scroll {
  overflow-x: auto; max-width: 100%; margin: 0 0 1.5rem; scrollbar-width: thin;
  background:
    linear-gradient(to right, var(--paper) 1rem, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 1rem, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / .75rem 100% no-repeat,
    linear-gradient(to left, var(--shade), transparent) right / .75rem 100% no-repeat;
}
table { border-collapse: separate; border-spacing: 0; width: max-content; min-width: min(100%, 24rem); font-size: .8125rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { max-width: 16rem; padding: .35rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; border-bottom-color: var(--context); }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); padding-left: 0; }
tbody tr:hover > * { background: var(--wash); }
.number { text-align: right; white-space: nowrap; }
.faint { color: var(--muted); }
@media (max-width: 34rem) { tr > :first-child { max-width: 8.5rem; } td { max-width: 11rem; } .named { grid-template-columns: minmax(0, 1fr); } }
.matrices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(27rem, 100%), 1fr)); gap: 0 2.5rem; }
.matrices > * { min-width: 0; }
.confusion td, .confusion th { padding: .25rem .3rem; border: 0; text-align: center; }
.confusion tbody th { text-align: left; padding-left: 0; padding-right: .6rem; }
.confusion thead th { writing-mode: vertical-rl; rotate: 180deg; text-align: left; vertical-align: bottom; }
.confusion thead th:first-child { writing-mode: horizontal-tb; rotate: 0deg; }
.confusion td, .confusion tr:hover td, .scale span { background: color-mix(in srgb, var(--deep) calc(var(--share) * 100%), var(--wash)); color: var(--on-wash); }
.confusion td { min-width: 2.1rem; border: 1px solid var(--paper); }
@media (max-width: 34rem) { .confusion { font-size: .75rem; } .confusion td { min-width: 1.6rem; } .confusion td, .confusion th { padding-inline: .1rem; } }
.dense { grid-column: 1 / -1; }
.dense .confusion { font-size: .55rem; line-height: 1; }
.dense .confusion td { min-width: .55rem; height: .7rem; padding: 0; border-width: 0 1px 1px 0; font-size: 0; }
.dense .confusion th { padding: 0 .3rem 0 0; white-space: nowrap; }
.dense .confusion thead th { padding: .3rem 0; }
.dense .confusion caption { font-size: .8rem; }
.confusion .deep, .confusion tr:hover .deep { color: var(--on-deep); }
.scale { display: flex; align-items: center; gap: .5rem; }
.scale span { width: 1.5rem; height: .8rem; margin-right: -.5rem; }
details { margin: 0 0 .5rem; }
summary { cursor: pointer; padding: .25rem 0; width: fit-content; }
details > summary { font-size: .875rem; }
.folded caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.steps { list-style: none; padding: 0; margin: 0 0 2.5rem; }
.steps li { max-width: none; display: grid; grid-template-columns: minmax(0, 12rem) minmax(0, 34rem) minmax(0, 13rem); gap: .5rem 1.5rem; border-top: 1px solid var(--rule); padding: .75rem 0; }
.steps p { margin: 0; }
.steps .name { font-weight: 500; }
.draws { display: flex; flex-wrap: wrap; gap: 3px 12px; align-content: start; }
.draw { display: flex; gap: 3px; }
.tile { width: 4rem; height: 4rem; object-fit: contain; image-rendering: pixelated; box-shadow: 0 0 0 1px var(--rule); }
.histogram { display: block; width: 100%; max-width: 13rem; height: 3rem; }
.ends { display: flex; justify-content: space-between; max-width: 13rem; }
.warn { color: var(--warn); font-weight: 600; }
@media (max-width: 58rem) { .steps li { grid-template-columns: minmax(0, 1fr); } }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1rem 2rem; padding: 0; margin: 0 0 2rem; list-style: none; }
.pairs img { width: 4rem; height: 4rem; image-rendering: pixelated; margin: .3rem 3px 0 0; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1.5rem; margin: 0 0 1.5rem; font-size: .8125rem; }
@media (max-width: 34rem) { .facts { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts dd + dt { margin-top: .4rem; } }
.facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-block: 3rem 2rem; border-top: 1px solid var(--rule); padding-top: 1rem; }
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --text: #000; --muted: #444; --rule: #ccc; --context: #aaa; --wash: #f4f5f6;
    --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --link: #000; --warn: #9a3d00;
    --deep: #002b54; --on-wash: #000; --on-deep: #fff;
  }
  html { font-size: 12px; }
  body { display: block; max-width: none; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip { display: none; }
  section { margin-top: 1.5rem; padding-top: 1rem; }
  figure.rows, .panel, .pairs li, .steps li, .named, tr, .findings li { break-inside: avoid; }
  h2, h3, h4, summary, .keys, .panels figcaption, caption, section > p { break-after: avoid; }
  p, figcaption { break-inside: avoid; }
  .beside { grid-template-columns: 1fr 1fr; gap: 1rem 1.5rem; }
  .panels .charts { grid-template-columns: repeat(3, 1fr); gap: 1rem; }
  .matrices { grid-template-columns: 1fr 1fr; } .matrices > * { break-inside: avoid; }
  .rows .wide { display: block; } .rows .narrow { display: none; }
  .scroll { overflow: visible; background: none; } table { width: auto; }
  tr > :first-child { position: static; } tbody th { overflow-wrap: normal; }
  .scroll table { font-size: 6.5pt; } th, td { padding: .12rem .25rem; } .number { white-space: normal; }
  .steps li { grid-template-columns: 11rem minmax(0, 1fr) 10rem; gap: 1rem; } .tile { width: 2.8rem; height: 2.8rem; }
  details::details-content { content-visibility: visible; block-size: auto; display: block; }
}
`;
