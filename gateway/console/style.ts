/**
 * The operator's page in the colours of the status page. One stylesheet and one small script,
 * inlined and named by their hashes in the policy, which allows nothing else.
 */
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#17202b;--soft:#56616e;--line:#dfe3e8;--link:#0b5cad;--act:#17202b;--act-ink:#fff;
--good:#12693b;--good-bg:#e4f4ea;--some:#8a4b00;--some-bg:#fdf0d8;--bad:#a81524;--bad-bg:#fde8e9;--calm:#1b5793;--calm-bg:#e5f0fb}
@media(prefers-color-scheme:dark){:root{--ground:#10151b;--card:#182029;--ink:#e8ecf1;--soft:#a3afbc;--line:#2c3743;--link:#7fbaf5;--act:#dfe6ee;--act-ink:#10151b;
--good:#7bd6a2;--good-bg:#12301f;--some:#f3bd66;--some-bg:#382708;--bad:#ff9aa2;--bad-bg:#431519;--calm:#8fc3f7;--calm-bg:#122c47}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.65 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP","Yu Gothic UI",sans-serif;overflow-wrap:anywhere}
.wrap{max-width:72rem;margin:0 auto;padding:0 1rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:1}
header{background:var(--card);border-bottom:1px solid var(--line)}
.bar{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.3rem 1rem;padding-block:.8rem .2rem}
.name{font-weight:700;color:inherit;text-decoration:none}
.name small{font-weight:400;color:var(--soft);font-size:.875rem;margin-left:.5em;white-space:nowrap}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:.2rem .9rem;font-size:.875rem;color:var(--soft)}
.who form{margin:0}
nav ul{display:flex;gap:.1rem;overflow-x:auto;scrollbar-width:thin;margin:0 -.6rem}
nav a{display:block;padding:.5rem .6rem;color:var(--soft);text-decoration:none;white-space:nowrap;border-bottom:2px solid transparent}
nav a:hover{color:var(--ink)}
nav a[aria-current]{color:var(--ink);border-color:var(--ink);font-weight:600}
.badge{display:inline-block;min-width:1.35rem;text-align:center;border-radius:99px;background:var(--bad-bg);color:var(--bad);font-size:.75rem;font-weight:700;padding:0 .35rem;margin-left:.35rem;line-height:1.35rem}
a{color:var(--link);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
main{padding-bottom:2rem}
h1{font-size:1.4rem;line-height:1.4;margin:1.5rem 0 .3rem}
h2{font-size:1.08rem;line-height:1.5;margin:2.2rem 0 .5rem}
h3{font-size:1.02rem;line-height:1.5;margin:0}
p{margin:.35rem 0}
ul,ol{list-style:none;margin:0;padding:0}
.soft{color:var(--soft);font-size:.875rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.15rem;margin:0 0 .9rem}
.card.accent{border-left:.3rem solid var(--accent)}
.t-bad{--accent:var(--bad)}.t-some{--accent:var(--some)}.t-calm{--accent:var(--calm)}.t-good{--accent:var(--good)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.9rem}.two .card{margin:0}
article h2{margin:0;font-size:1.02rem}
.head{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.3rem 1rem}
.pill{display:inline-flex;align-items:center;gap:.4em;border-radius:99px;padding:.08rem .65rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.pill svg{width:1em;height:1em;flex:none}
.good{color:var(--good);background:var(--good-bg)}.some{color:var(--some);background:var(--some-bg)}.bad{color:var(--bad);background:var(--bad-bg)}.calm{color:var(--calm);background:var(--calm-bg)}
.said{border-radius:.6rem;padding:.7rem .95rem;margin:1rem 0 0}
.said a{color:inherit}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.1rem;margin:.6rem 0}
dt{color:var(--soft)}dd{margin:0;min-width:0}
code,.num,time{font-variant-numeric:tabular-nums}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem;overflow-wrap:normal}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.8125rem;white-space:nowrap}
th,td{padding:.45rem .9rem .45rem 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0}
td.num,th.num{text-align:right}
td:last-child,th:last-child{padding-right:0}
.wide{overflow-x:auto}caption{text-align:left;color:var(--soft);font-size:.875rem;padding:.3rem 0}.report section h2{margin-top:1.4rem}.report .good,.report .bad{padding:.08rem .5rem;border-radius:99px;font-size:.8125rem;font-weight:600;white-space:nowrap}.report span[class='']{padding:0}
td time{white-space:nowrap}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.row{display:flex;flex-wrap:wrap;gap:.5rem;margin:.7rem 0 0}td .row{margin:0}
button,.button{display:inline-block;font:inherit;font-size:.9375rem;font-weight:600;border:1px solid var(--line);border-radius:.5rem;padding:.3rem .85rem;min-height:2.15rem;background:var(--card);color:var(--ink);cursor:pointer;text-decoration:none;white-space:nowrap}
.button:hover,button:hover{border-color:var(--soft)}
.button.grave{color:var(--bad);border-color:color-mix(in srgb,var(--bad) 45%,var(--line))}
button.act{background:var(--act);color:var(--act-ink);border-color:transparent;padding:.45rem 1.3rem;min-height:2.75rem}
button.act.grave{background:var(--bad);color:var(--card)}
button.quiet{border:0;padding:0;min-height:0;background:none;color:var(--link);font-weight:400;font-size:inherit;text-decoration:underline;text-underline-offset:.2em}
.row{align-items:center}.narrow{max-width:40rem;margin-top:1rem}.narrow .button{padding-block:.45rem;min-height:2.75rem}
label{display:block;font-weight:600;font-size:.875rem;margin-top:1rem}
label+.soft{margin:0}
input,select,textarea{font:inherit;width:100%;padding:.5rem .7rem;margin:.25rem 0 0;border:1px solid var(--soft);border-radius:.5rem;background:var(--ground);color:inherit;min-height:2.75rem}
textarea{min-height:6rem}
.steps{margin-top:.7rem}
.steps li{position:relative;padding:0 0 .8rem 1.2rem;border-left:2px solid var(--line);margin-left:.3rem}
.steps li:last-child{padding-bottom:0;border-color:transparent}
.steps li::before{content:"";position:absolute;left:-.4rem;top:.5rem;width:.65rem;height:.65rem;border-radius:50%;background:var(--card);border:2px solid var(--soft)}
.steps p{margin:0;white-space:pre-line}
summary{cursor:pointer;color:var(--link);padding:.2rem 0}
.plain{white-space:pre-line}
.empty{color:var(--soft);padding:.5rem 0}
.find{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:1rem 0}.find label{margin:0;flex:1 1 14rem}.find button{min-height:2.75rem}
footer{border-top:1px solid var(--line);margin-top:2rem;padding:1rem 0 2rem;color:var(--soft);font-size:.875rem}
footer p{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}
@media(max-width:44rem){.stack thead{display:none}.stack,.stack tbody{display:block}
.stack tr{display:block;padding:.65rem 0;border-top:1px solid var(--line)}.stack tbody tr:first-child{border-top:0}
.stack td,.stack td.num{display:grid;grid-template-columns:7.5rem 1fr;gap:0 .8rem;border:0;padding:.1rem 0;text-align:left;overflow-wrap:anywhere}
.stack td::before{content:attr(data-head);color:var(--soft);font-size:.8125rem;padding-top:.1rem}
.stack td:empty{display:none}.stack td .row{margin:.2rem 0}
dl{grid-template-columns:7.5rem 1fr;gap:.15rem .8rem}dt{font-size:.875rem;padding-top:.1rem}h1{font-size:1.25rem}}
@media print{nav,.row,.who{display:none}body{background:#fff}}
`;

/** A tab renews itself while nobody reads a form on it and it is in sight. Everything works without. */
export const script = `
const part=document.querySelector('[data-live]');
if(part)setInterval(async()=>{if(document.hidden||part.contains(document.activeElement)&&document.activeElement!==part||part.querySelector('details[open]'))return;
try{const reply=await fetch(location.href,{headers:{'Breakwater-Part':'main'},redirect:'error'});if(!reply.ok)return;
const next=new DOMParser().parseFromString(await reply.text(),'text/html');
for(const name of ['[data-live]','[data-tabs]']){const now=document.querySelector(name),then=next.querySelector(name);if(now&&then&&now.innerHTML!==then.innerHTML)now.innerHTML=then.innerHTML}}catch{}},10000);
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const pageHeaders = {
  'Breakwater-Decided-By': 'gateway',
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "connect-src 'self'",
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;
