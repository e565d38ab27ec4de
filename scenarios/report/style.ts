/** The report's one stylesheet and the policy that allows nothing else. */
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#17202b;--soft:#56616e;--line:#dfe3e8;--grid:#e9ecf0;--axis:#b6bec8;
--good:#12693b;--good-bg:#e4f4ea;--bad:#a81524;--bad-bg:#fde8e9;--some:#b26a00;--calm:#2a6cb0;--cause:#8b93a0;--shade:#8b93a0;--badge:#3b4653;--badge-ink:#fff;
--p0:#c2410c;--p1:#0f7a6c;--p2:#5b4bc4;--p3:#a21caf;--p4:#3f6212}
@media(prefers-color-scheme:dark){:root{--ground:#10151b;--card:#182029;--ink:#e8ecf1;--soft:#a3afbc;--line:#2c3743;--grid:#242e39;--axis:#4a5766;
--good:#7bd6a2;--good-bg:#12301f;--bad:#ff9aa2;--bad-bg:#431519;--some:#f0b153;--calm:#7fbaf5;--cause:#7d8896;--shade:#8d99a8;--badge:#c9d2dc;--badge-ink:#10151b;
--p0:#ff9a62;--p1:#4fd1b8;--p2:#b0a4ff;--p3:#f0a6fa;--p4:#bfdc77}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.65 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP","Yu Gothic UI",sans-serif;overflow-wrap:break-word}
.wrap{max-width:66rem;margin:0 auto;padding:0 1.1rem}
.pick{position:absolute;opacity:0;width:1px;height:1px;pointer-events:none}
#lang-ja:checked~.wrap .en,#lang-en:checked~.wrap .ja{display:none}
.langs{display:flex;border:1px solid var(--line);border-radius:99px;overflow:hidden;flex:none;font-size:.875rem}
.langs label{padding:.2rem .85rem;cursor:pointer;color:var(--soft)}
#lang-ja:checked~.wrap [for=lang-ja],#lang-en:checked~.wrap [for=lang-en]{background:var(--ink);color:var(--ground)}
#lang-ja:focus-visible~.wrap [for=lang-ja],#lang-en:focus-visible~.wrap [for=lang-en]{outline:3px solid var(--calm);outline-offset:-3px;border-radius:99px}
header{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem;padding:1.5rem 0 1.1rem}
h1{font-size:1.5rem;line-height:1.35;margin:0}
h2{font-size:1.15rem;line-height:1.4;margin:2.6rem 0 .5rem}
h3{font-size:1rem;line-height:1.5;margin:0 0 .35rem}
h3 .key{margin-right:.5rem!important}h3 .tag{margin-left:.4rem}
p{margin:.35rem 0}
.soft{color:var(--soft);font-size:.875rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.05rem 1.2rem;margin:.8rem 0}
.verdict{border:1px solid;border-radius:.75rem;padding:1.1rem 1.25rem}
.verdict.holds{color:var(--good);background:var(--good-bg)}.verdict.fails{color:var(--bad);background:var(--bad-bg)}
.verdict strong{font-size:1.3rem;line-height:1.4;display:block}
.verdict ul{margin:.7rem 0 0;padding:0;list-style:none;color:var(--ink)}
.verdict li{display:grid;grid-template-columns:auto 1fr;gap:.75rem;padding:.3rem 0}
.verdict li b{margin-right:.5em}
.warn{border-left:.3rem solid var(--some);padding-left:1rem}
.tag{border-radius:99px;padding:.05rem .65rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.tag.holds{color:var(--good);background:var(--good-bg)}.tag.fails{color:var(--bad);background:var(--bad-bg)}
.key{display:inline-block;width:1.9rem;height:0;border-top:3px solid;vertical-align:middle;margin:.78em 0 0;align-self:start;flex:none}
.legend .key,h3 .key,th .key{margin:0;align-self:center}
.k0{color:var(--p0)}.k1{color:var(--p1)}.k2{color:var(--p2);border-top-style:dashed}.k3{color:var(--p3);border-top-style:dotted}.k4{color:var(--p4)}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.4rem;margin:0 0 1rem;font-size:.875rem}
.legend span{display:inline-flex;align-items:center;gap:.5rem}
.legend span.en,.legend span.ja{gap:0}
.panel{margin:0 0 1.1rem}
.panel:last-child{margin-bottom:0}
.panel figcaption{font-size:.875rem;font-weight:600;margin:0 0 .1rem}
.panel figcaption small{font-weight:400;color:var(--soft);margin-left:.5em;font-size:1em}
figure{margin:0}
svg.plot{display:block;width:100%;height:auto;overflow:visible;font-family:inherit}
svg.plot text{fill:var(--soft)}
svg.plot .name{fill:var(--ink)}
svg .shade{fill:var(--shade);opacity:.15}
svg .edge{stroke:var(--soft);stroke-dasharray:4 3;fill:none}
svg .decision{stroke-dasharray:1 3;opacity:.7;fill:none}
svg .tick{stroke:var(--grid);fill:none}
svg .rail{stroke:var(--line);fill:none}
svg .pin{stroke:var(--badge);fill:none}
svg .badge{fill:var(--badge)}
svg.plot .number{fill:var(--badge-ink);font-size:11px;font-weight:600}
svg .bar.plain{fill:var(--ink)}svg .bar.cause{fill:var(--cause)}svg .bar.bad{fill:var(--bad)}svg .bar.some{fill:var(--some)}svg .bar.calm{fill:var(--calm)}svg .bar.good{fill:var(--good)}
.narrow{display:none!important}
.zoom{margin:.9rem 0 0}.zoom p{margin:0 0 .1rem}
.states{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;font-size:.8125rem;color:var(--soft);margin:.3rem 0}
.states i{display:inline-block;width:.9rem;height:.65rem;border-radius:2px;margin-right:.4rem}
.t-bad{background:var(--bad)}.t-some{background:var(--some)}.t-calm{background:var(--calm)}.t-cause{background:var(--cause)}
.marks{columns:2;column-gap:2rem;list-style:none;margin:.9rem 0 0;padding:0;font-size:.875rem}
.marks li{break-inside:avoid;display:grid;grid-template-columns:1.75rem 4.4rem 1fr;gap:.4rem;padding:.12rem 0}
.marks .n{background:var(--badge);color:var(--badge-ink);border-radius:99px;font-size:.7rem;font-weight:600;text-align:center;align-self:start;line-height:1.25rem;margin-top:.12rem}
.marks time,td,.num{font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{padding:.5rem .8rem .5rem 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
thead th,thead td{border-top:0}thead th{font-size:.8125rem;color:var(--soft);font-weight:600;vertical-align:bottom}
tbody th{font-weight:400}
th:last-child,td:last-child{padding-right:0}
.r{text-align:right;white-space:nowrap}.r small{white-space:normal}thead .r{white-space:normal}
td small,th small{display:block;color:var(--soft);font-size:.8125rem}
.tick{width:1.4rem;font-weight:700}
.no td,.no th,td.no{color:var(--bad)}
.no small,td.no small{color:var(--bad)}
.yes .tick{color:var(--good)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:0;font-size:.9375rem}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
code{font-family:ui-monospace,"Cascadia Mono",Menlo,monospace;font-size:.92em}
ul.facts{list-style:none;font-size:.9375rem;padding-block:.5rem}
.facts li{padding:.5rem 0;border-top:1px solid var(--line)}
.facts li:first-child{border-top:0}
.facts small{display:block;color:var(--soft);font-size:.875rem}
footer{color:var(--soft);font-size:.8125rem;padding:2rem 0 2.5rem}
@media(max-width:44rem){.wide{display:none!important}.narrow{display:block!important}.wrap{padding:0 .8rem}.card{padding:.85rem .85rem}.marks{columns:1}h1{font-size:1.25rem}
th,td{padding-right:.55rem}table{font-size:.875rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}.verdict{padding:1rem}
.cmp tr{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 .6rem;border-top:1px solid var(--line);padding:.45rem 0}.cmp.n1 tr{grid-template-columns:1fr}.cmp.n3 tr{grid-template-columns:repeat(3,minmax(0,1fr))}
.cmp.n4 tr{grid-template-columns:repeat(2,minmax(0,1fr))}.cmp thead tr{border-top:0}.cmp thead td{display:none}.cmp th,.cmp td{border:0;padding:0;text-align:left}.cmp tbody th{grid-column:1/-1;color:var(--soft);font-size:.8125rem}.cmp .r{white-space:normal;overflow-wrap:anywhere}header{flex-direction:column-reverse;gap:.6rem}.langs{align-self:flex-end}}
@page{margin:14mm}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--grid:#e6e6e6;--axis:#999;--good:#0b5a30;--good-bg:#fff;--bad:#a81524;--bad-bg:#fff;--some:#b26a00;--calm:#2a6cb0;--cause:#8b93a0;--shade:#8b93a0;--badge:#3b4653;--badge-ink:#fff;--p0:#c2410c;--p1:#0f7a6c;--p2:#5b4bc4;--p3:#a21caf;--p4:#3f6212}
body{font-size:10pt}.langs{display:none}.wrap{max-width:none;padding:0}.wide{display:block!important}.narrow{display:none!important}
.card,.panel,tr,.marks li,.facts li{break-inside:avoid}.card.long{break-inside:auto}h2,h3,h2+.soft{break-after:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

/** Nothing runs and nothing is fetched; only this very stylesheet applies. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`;
