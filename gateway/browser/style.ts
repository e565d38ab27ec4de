/** Styles of the two frames. A field is transparent and looks as the page around it says; Checkout has a ground of its own. */

export const fieldStyle = `:root{color-scheme:light}
*{box-sizing:border-box}
html,body{margin:0;padding:0;background:transparent;overflow:hidden}
.field{display:flex;flex-wrap:wrap;align-items:center;gap:2px 10px;color:var(--base-color,#17202b);background:var(--base-background-color,transparent);padding:var(--base-padding,0);font-family:var(--base-font-family,system-ui,sans-serif);font-size:var(--base-font-size,16px);font-style:var(--base-font-style,normal);font-variant:var(--base-font-variant,normal);font-weight:var(--base-font-weight,400);line-height:var(--base-line-height,1.5);letter-spacing:var(--base-letter-spacing,normal);text-align:var(--base-text-align,start);text-decoration:var(--base-text-decoration,none);text-shadow:var(--base-text-shadow,none);text-transform:var(--base-text-transform,none)}
.mark{display:flex;flex:none;color:var(--base-icon-color,currentColor);opacity:.9}
.mark[hidden]{display:none}
input{appearance:none;border:0;margin:0;padding:0;background:transparent;color:inherit;font:inherit;letter-spacing:inherit;text-align:inherit;text-decoration:inherit;text-shadow:inherit;text-transform:inherit;outline:0;min-width:0;width:100%;height:1.5em;font-variant-numeric:tabular-nums}
input::placeholder{color:var(--base-placeholder,currentColor);opacity:var(--placeholder-opacity,.62)}
.number{flex:1 1 12.2em}
.expiry{flex:0 0 4.6em}
.cvc{flex:0 0 3em}
input:only-of-type{flex:1 1 0}
input[aria-invalid=true]{color:var(--invalid-color,#b3182a)}
.disabled{opacity:.55}
input:-webkit-autofill{-webkit-text-fill-color:var(--base-color,#17202b);transition:background-color 1e6s}
`;

export const checkoutStyle = `:root{color-scheme:light dark;--ground:#fff;--ink:#17202b;--soft:#56616e;--line:#8792a0;--hair:#dfe3e8;--link:#0b5cad;--bad:#a81524;--act:#17202b;--act-ink:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#182029;--ink:#e8ecf1;--soft:#a3afbc;--line:#6b7886;--hair:#2c3743;--link:#7fbaf5;--bad:#ff9aa2;--act:#dfe6ee;--act-ink:#10151b}}
*{box-sizing:border-box}
html,body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
.checkout header{display:flex;align-items:center;justify-content:space-between;gap:12px;padding:10px 10px 10px 20px;border-bottom:1px solid var(--hair)}
h1{font-size:17px;line-height:1.5;margin:0}
.body{display:grid;gap:14px;padding:18px 20px 20px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:14px}
.row{position:relative;min-width:0}
label{display:block;font-size:14px;font-weight:600;margin-bottom:3px}
input{width:100%;height:46px;padding:0 12px;font:inherit;font-variant-numeric:tabular-nums;color:inherit;background:transparent;border:1px solid var(--line);border-radius:9px;text-transform:none}
input::placeholder{color:var(--soft);opacity:1}
.number{padding-right:56px}
.mark{position:absolute;right:12px;top:38px;display:flex;color:var(--soft)}
input:focus{outline:3px solid var(--link);outline-offset:-1px;border-color:transparent}
button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
input[aria-invalid=true]{border-color:var(--bad)}
.fault,.problem{margin:4px 0 0;color:var(--bad);font-size:14px}
.fault:empty,.problem:empty{display:none}
.problem{margin:0;padding:9px 12px;border:1px solid var(--bad);border-radius:9px}
.soft{margin:0;color:var(--soft);font-size:14px}
.safe{text-align:center;font-size:13px}
button{font:inherit;cursor:pointer;border:0;border-radius:9px}
.submit{height:50px;font-weight:700;background:var(--act);color:var(--act-ink)}
.submit[disabled]{opacity:.6;cursor:default}
.close{width:44px;height:44px;background:none;color:inherit;font-size:22px;line-height:1}
`;
