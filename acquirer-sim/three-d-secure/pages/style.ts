/**
 * How the issuers' pages look: one column that fits the smallest challenge window (250 × 400) and a desktop
 * alike, light and dark by the reader's own setting. One style and two scripts, so that the policy names their
 * hashes and nothing else runs.
 */
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#eef1f5;--card:#fff;--ink:#16202c;--soft:#5a6675;--line:#d9dfe6;--act:#1d4f91;--act-ink:#fff;--bad:#a3121f;--bad-bg:#fdeaec;--good:#12633a;--good-bg:#e4f4ea}
@media(prefers-color-scheme:dark){:root{--ground:#0f1419;--card:#182029;--ink:#e8edf3;--soft:#a2aebb;--line:#303c49;--act:#8fc0f7;--act-ink:#0f1419;--bad:#ff9fa7;--bad-bg:#42171b;--good:#7fd8a6;--good-bg:#123020}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--card);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP","Yu Gothic UI",sans-serif;overflow-wrap:break-word;line-break:strict}
main{padding:.9rem 1.1rem 1.1rem;max-width:27rem;margin:0 auto}
.bar{display:flex;align-items:center;justify-content:space-between;gap:.8rem;border-bottom:1px solid var(--line);padding-bottom:.6rem}
.issuer{font-weight:700}
.scheme{color:var(--soft);font-size:.8125rem;white-space:nowrap}
h1{font-size:1.2rem;line-height:1.4;margin:.9rem 0 .25rem}
p{margin:.3rem 0;text-wrap:pretty}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .9rem;margin:.8rem 0;padding:.6rem 0;border-block:1px solid var(--line);font-size:.9375rem}
dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;min-width:0}
.amount{font-weight:700}
ol{margin:.5rem 0;padding-left:1.4rem}
label{display:block;font-size:.875rem;color:var(--soft);margin-top:.4rem}
input{font:inherit;font-size:1.35rem;letter-spacing:.28em;font-variant-numeric:tabular-nums;width:100%;height:3rem;padding:0 .8rem;margin:.2rem 0 .7rem;color:inherit;background:var(--card);border:1.5px solid var(--soft);border-radius:.5rem}
input[aria-invalid=true]{border-color:var(--bad)}
button{font:inherit;font-weight:600;min-height:2.75rem;width:100%;border:1.5px solid transparent;border-radius:.5rem;padding:.4rem 1rem;background:var(--act);color:var(--act-ink);cursor:pointer}
button.plain{background:none;color:var(--act);border-color:var(--line)}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.6rem;margin-top:.6rem}
.one{margin-top:.6rem}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.remark{border-radius:.5rem;padding:.5rem .75rem;margin:.7rem 0;background:var(--good-bg);color:var(--good)}
.remark.bad{background:var(--bad-bg);color:var(--bad)}
footer{margin-top:.9rem;display:flex;justify-content:space-between;align-items:baseline;gap:1rem;color:var(--soft);font-size:.8125rem}
footer p{margin:0}
a{color:var(--act);white-space:nowrap}
.center{text-align:center;padding-block:2.4rem}
.spin{width:2rem;height:2rem;border:3px solid var(--line);border-top-color:var(--act);border-radius:50%;margin:0 auto 1rem;animation:turn 1s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){.spin{animation:none}}
@media(min-width:30rem){body{background:var(--ground)}main{background:var(--card);border:1px solid var(--line);border-radius:.9rem;margin:1.5rem auto;padding:1.3rem 1.6rem 1.4rem}}
@media(max-width:19rem){main{padding:.6rem .75rem}h1{font-size:1.05rem;margin-top:.6rem}body{font-size:.9375rem}.scheme{white-space:normal;text-align:right}.pair{grid-template-columns:1fr}dl{gap:.1rem .6rem}footer{flex-direction:column;gap:.2rem}}
iframe{display:none}
`;

/** Sends the one form of the page. */
export const sendOnce = 'document.forms[0].submit()';

/** Sends it into a frame, and when that has come back once more: a browser that returns twice. */
export const sendTwice = `
const form=document.forms[0];const frame=document.querySelector('iframe');let sent=0;
frame.addEventListener('load',()=>{if(sent++===1){form.removeAttribute('target');form.submit()}});
form.target='first';sent=1;form.submit();
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const common = ["default-src 'none'", `style-src ${hash(style)}`, "base-uri 'none'"];

/** Pages with forms of their own. Shops show them in frames, so anybody may. */
export const formPolicy = [...common, "form-action 'self'"].join('; ');

/** The page that leaves. Where the shop sends the browser on to is part of `form-action`, and is not known here. */
export const leavePolicy = [...common, `script-src ${hash(sendOnce)} ${hash(sendTwice)}`, 'frame-src *'].join('; ');
