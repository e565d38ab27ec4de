/**
 * The page's one stylesheet, inlined so that a page is a single request.
 *
 * State is told by words and a shape as well as by colour. Both colour schemes keep text at
 * 4.5:1 or better against its ground (WCAG 2.2 AA).
 */
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#17202b;--soft:#56616e;--line:#dfe3e8;--link:#0b5cad;
--good:#12693b;--good-bg:#e4f4ea;--some:#8a4b00;--some-bg:#fdf0d8;--bad:#a81524;--bad-bg:#fde8e9;--watch:#1b5793;--watch-bg:#e5f0fb}
@media(prefers-color-scheme:dark){:root{--ground:#10151b;--card:#182029;--ink:#e8ecf1;--soft:#a3afbc;--line:#2c3743;--link:#7fbaf5;
--good:#7bd6a2;--good-bg:#12301f;--some:#f3bd66;--some-bg:#382708;--bad:#ff9aa2;--bad-bg:#431519;--watch:#8fc3f7;--watch-bg:#122c47}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.7 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP","Yu Gothic UI",sans-serif;
-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
.wrap{max-width:46rem;margin:0 auto;padding:0 1rem}
header .wrap{display:flex;align-items:center;justify-content:space-between;gap:1rem;padding-block:1.1rem}
.name{font-weight:700;color:inherit;text-decoration:none}
.name small{font-weight:400;color:var(--soft);font-size:.875rem;margin-left:.5em;white-space:nowrap}
.lang{white-space:nowrap}
a{color:var(--link);text-underline-offset:.2em}
a:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
h1{font-size:1.4rem;line-height:1.4;margin:0}
h2{font-size:1.05rem;line-height:1.5;margin:2.4rem 0 .7rem}
h3{font-size:1.05rem;line-height:1.5;margin:0}
p{margin:.35rem 0}
.soft{color:var(--soft);font-size:.875rem}
.top{border-radius:.75rem;padding:1.3rem 1.25rem;display:flex;gap:.95rem;align-items:flex-start;border:1px solid currentColor}
.top p{color:var(--ink);margin:.3rem 0 0}
.top .icon{flex:none;width:1.95rem;height:1.95rem}
.operational{color:var(--good);background:var(--good-bg)}
.degraded{color:var(--some);background:var(--some-bg)}
.outage{color:var(--bad);background:var(--bad-bg)}
.watching{color:var(--watch);background:var(--watch-bg)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.05rem 1.2rem;margin:0 0 1rem}
.card.accent{border-left:.3rem solid var(--accent)}
.a-hot{--accent:var(--bad)}.a-calm{--accent:var(--watch)}.a-done{--accent:var(--good)}
ul,ol{list-style:none;margin:0;padding:0}
.parts li{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.35rem 1rem;padding:.6rem 0;border-top:1px solid var(--line)}
.parts li:first-child{border-top:0}
.card.parts{padding-block:.35rem}
.bars{flex:0 0 100%;display:block}.bars svg{display:block;width:100%;height:1.35rem}.bars small{display:block;font-size:.75rem;line-height:1.6}
.b-operational{fill:var(--good);opacity:.55}.b-degraded{fill:var(--some)}.b-outage{fill:var(--bad)}
.pill{display:inline-flex;align-items:center;gap:.4em;border-radius:99px;padding:.12rem .7rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.pill .icon{width:1em;height:1em;flex:none}
.head{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.2rem 1rem}
.steps{margin-top:.9rem}
.steps li{position:relative;padding:0 0 1rem 1.3rem;border-left:2px solid var(--line);margin-left:.3rem}
.steps li:last-child{padding-bottom:0;border-color:transparent}
.steps li::before{content:"";position:absolute;left:-.4rem;top:.55rem;width:.65rem;height:.65rem;border-radius:50%;background:var(--card);border:2px solid var(--soft)}
.steps li:first-child::before{background:var(--accent,var(--soft));border-color:var(--accent,var(--soft))}
.steps b{margin-right:.6em}
.said{white-space:pre-line;margin:.1rem 0 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.1rem;margin:1rem 0 0}
dt{color:var(--soft)}dd{margin:0}
footer{border-top:1px solid var(--line);margin-top:3rem;padding:1.1rem 0 2.2rem;color:var(--soft);font-size:.875rem}
footer p{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.4rem .5rem;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left;font-weight:400;white-space:normal}thead th{color:var(--soft);font-size:.8125rem;font-weight:600}
.minutes li{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;padding:.5rem 0;border-top:1px solid var(--line)}
.minutes li:first-child{border-top:0}.minutes time{color:var(--soft);font-variant-numeric:tabular-nums}.minutes p{margin:0}
.subscribe form{margin-top:1.4rem}.subscribe form h2{margin-top:0}
label{display:block;font-weight:600;font-size:.875rem}
input{font:inherit;width:100%;padding:.55rem .7rem;margin:.3rem 0 .2rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--ground);color:inherit}
input:focus-visible,button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.4rem;margin-top:.5rem;border:0;border-radius:.5rem;background:var(--ink);color:var(--card);cursor:pointer}
.trap{position:absolute;left:-99rem;height:1px;overflow:hidden}
@media(max-width:26rem){.name small{display:block;margin:0}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.55rem}.card{padding-inline:1rem}.top{padding:1.1rem 1rem}}
@media print{body{background:#fff}.lang,footer a{display:none}}
`;

/** Only our own small script runs and asks only us; nobody may frame us; only this very stylesheet applies. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
