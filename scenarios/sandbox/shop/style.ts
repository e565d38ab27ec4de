/** The shop's own look: a merchant is not the sandbox, and should not seem so. */
export const shopStyle = `
:root{color-scheme:light dark;--ground:#faf7f2;--card:#fff;--ink:#2a211b;--soft:#6b5d52;--line:#e4dacd;--field:#9a8b7c;--link:#8a3b12;--bad:#a81524;--good:#12693b;--good-bg:#e4f4ea;--act:#8a3b12;--act-ink:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#191410;--card:#231c16;--ink:#f1e8de;--soft:#bdae9f;--line:#3b3027;--field:#86776a;--link:#f0a878;--bad:#ff9aa2;--good:#7bd6a2;--good-bg:#12301f;--act:#f0a878;--act-ink:#23150b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.65 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif;overflow-wrap:break-word}
.wrap{max-width:58rem;margin:0 auto;padding:0 1.1rem}
header{border-bottom:1px solid var(--line);background:var(--card)}
header .wrap{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding-block:.75rem}
.brand svg{color:var(--act)}
.brand{display:flex;align-items:center;gap:.55rem;font-weight:700;font-size:1.1rem;color:inherit;text-decoration:none}
.note{font-size:.875rem;color:var(--soft);margin:.9rem 0 0}
main{padding-bottom:3rem}
h1{font-size:1.5rem;line-height:1.4;margin:1.4rem 0 .4rem}
h2{font-size:1.1rem;line-height:1.5;margin:0}
h3{font-size:1rem;margin:0}
p{margin:.3rem 0}
a{color:var(--link);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.soft{color:var(--soft)}.small{font-size:.875rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.1rem 1.2rem}
.items{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:.9rem;margin:1rem 0}
.item{display:block;border:1px solid var(--line);border-radius:14px;padding:1rem 1.1rem;background:var(--card);color:inherit;text-decoration:none}
.item[aria-current]{border-color:var(--act);box-shadow:inset 0 0 0 1px var(--act)}
.item svg,.total svg{display:block;color:var(--act)}
.price{font-weight:700;font-variant-numeric:tabular-nums}
.groups{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.9rem;margin:1rem 0}
.ways{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.7rem;padding:0;list-style:none}
.ways a{display:inline-block;padding:.5rem .9rem;border:1px solid var(--field);border-radius:99px;text-decoration:none;font-weight:600;font-size:.9375rem;color:var(--ink)}
.ways a:hover{border-color:var(--act)}
.pay{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,19rem);gap:1.1rem;align-items:start;margin-top:1rem}
.pay>*{min-width:0}
@media(max-width:46rem){.pay{grid-template-columns:minmax(0,1fr)}.pay aside{order:-1}}
form{display:grid;gap:.9rem}
label,.label{display:block;font-size:.875rem;font-weight:600;margin-bottom:.2rem}
input.text,.PayjpElement,.frame{display:block;width:100%;min-height:48px;padding:11px 13px;font:inherit;color:inherit;background:transparent;border:1px solid var(--field);border-radius:10px}
input.text::placeholder{color:var(--soft);opacity:1}
.two{display:grid;grid-template-columns:1fr 1fr;gap:.9rem}
.PayjpElement--focus,input.text:focus{outline:3px solid var(--link);outline-offset:-1px;border-color:transparent}
.PayjpElement--invalid{border-color:var(--bad)}
button[type=submit],.payjp_checkout_button{font:inherit;font-weight:700;width:100%;min-height:52px;border:0;border-radius:10px;background:var(--act);color:var(--act-ink);cursor:pointer}
button[disabled]{opacity:.6;cursor:progress}
#problem{color:var(--bad);margin:0}
#problem:empty{display:none}
.total{display:flex;gap:.8rem;align-items:center;margin:.5rem 0 .7rem;line-height:1.4}
.total svg{flex:none}
.total .price{margin-left:auto;white-space:nowrap}
.cards{width:100%;border-collapse:collapse;font-size:.875rem;margin-top:.4rem}
.cards td{padding:.35rem 0;border-top:1px solid var(--line);vertical-align:top}
.cards tr:first-child td{border-top:0}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK JP",monospace;font-size:.92em;white-space:nowrap}
summary{cursor:pointer;font-weight:600}
.verdict{display:flex;gap:.8rem;align-items:center}
.verdict b{display:grid;place-items:center;width:2.6rem;height:2.6rem;border-radius:50%;flex:none;font-size:1.3rem;color:var(--good);background:var(--good-bg)}
.verdict.no b{color:var(--bad);background:transparent;border:2px solid var(--bad)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1rem;margin:.9rem 0}
dt{color:var(--soft)}dd{margin:0}dd code{white-space:normal;overflow-wrap:anywhere}
.choices{display:flex;flex-wrap:wrap;gap:.8rem 1.4rem;align-items:center}
.go{display:inline-block;padding:.7rem 1.3rem;border-radius:10px;background:var(--act);color:var(--act-ink);text-decoration:none;font-weight:700}
`;
