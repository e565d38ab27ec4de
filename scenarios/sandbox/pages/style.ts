/** The pages' one stylesheet and scripts, inlined, and the policy that allows nothing else. */
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#17202b;--soft:#56616e;--line:#dfe3e8;--link:#0b5cad;--code:#eef1f5;
--good:#12693b;--good-bg:#e4f4ea;--some:#8a4b00;--some-bg:#fdf0d8;--bad:#a81524;--bad-bg:#fde8e9;--act:#17202b;--act-ink:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#10151b;--card:#182029;--ink:#e8ecf1;--soft:#a3afbc;--line:#2c3743;--link:#7fbaf5;--code:#202b36;
--good:#7bd6a2;--good-bg:#12301f;--some:#f3bd66;--some-bg:#382708;--bad:#ff9aa2;--bad-bg:#431519;--act:#dfe6ee;--act-ink:#10151b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.65 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP","Yu Gothic UI",sans-serif;overflow-wrap:break-word}
.wrap{max-width:64rem;margin:0 auto;padding:0 1.1rem}
header{border-bottom:1px solid var(--line);background:var(--card)}
.bar{display:flex;align-items:center;justify-content:space-between;gap:1rem;padding-block:.8rem .1rem}
.name{font-weight:700;color:inherit;text-decoration:none;font-size:1.05rem}
.name small{font-weight:400;color:var(--soft);font-size:.875rem;margin-left:.5em}
nav{display:flex;gap:.2rem;overflow-x:auto;scrollbar-width:none;margin:0 -.6rem}
nav a{padding:.5rem .6rem;color:var(--soft);text-decoration:none;white-space:nowrap;border-bottom:2px solid transparent}
nav a[aria-current]{color:var(--ink);border-color:var(--ink);font-weight:600}
nav a:hover{color:var(--ink)}
a{color:var(--link);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
main{padding-bottom:3rem}
h1{font-size:1.45rem;line-height:1.4;margin:1.6rem 0 .3rem}
h2{font-size:1.1rem;line-height:1.5;margin:2.2rem 0 .6rem}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
p{margin:.35rem 0}
.soft{color:var(--soft)}.small{font-size:.875rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.15rem;margin:.8rem 0}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.9rem}
.two .card{margin:0}.two h3{margin:0 0 .4rem}
code,pre,.num,time{font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK JP",monospace;font-size:.86em}
code{overflow-wrap:anywhere}
pre{background:var(--code);border-radius:.5rem;padding:.75rem .9rem;margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.copy{position:relative}.copy pre{padding-right:4.6rem}
.copy button{position:absolute;top:.4rem;right:.4rem;padding:.1rem .6rem;font-size:.8125rem;background:var(--card);color:var(--ink);border:1px solid var(--line)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.3rem 0}
dt{color:var(--soft)}dd{margin:0;min-width:0}
.scroll{overflow-x:auto;padding-block:.5rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.8125rem;white-space:nowrap}
th,td{padding:.42rem .9rem .42rem 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0}
td.num,th.num{text-align:right}
td.nowrap{white-space:nowrap}
tr.head th{padding-top:1.3rem;color:var(--ink);font-size:1rem;border-top:0;white-space:normal}
.tag{display:inline-block;border-radius:99px;padding:.02rem .6rem;font-size:.8125rem;font-weight:600;white-space:nowrap;background:var(--code)}
.good{color:var(--good);background:var(--good-bg)}.some{color:var(--some);background:var(--some-bg)}.bad{color:var(--bad);background:var(--bad-bg)}
button,.button{font:inherit;font-weight:600;border:1px solid transparent;border-radius:.5rem;padding:.4rem .95rem;background:var(--act);color:var(--act-ink);cursor:pointer}
a.button{display:inline-block;text-decoration:none}
button.plain{background:none;color:var(--ink);border-color:var(--line)}
button[disabled]{opacity:.5;cursor:default}
input,select{height:2.5rem}input[type=checkbox]{height:1.1rem;width:1.1rem}
input,select,textarea{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:.45rem;padding:.38rem .6rem;max-width:100%}
textarea{width:100%;min-height:7rem;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.86rem}
label{display:block;font-size:.875rem;color:var(--soft)}
label input,label select,label textarea{display:block;margin-top:.15rem;color:var(--ink);font-size:1rem}
.row{display:flex;flex-wrap:wrap;gap:.7rem .9rem;align-items:flex-end;margin:.6rem 0}
.row.tight{gap:.5rem}
.wide{flex:1 1 18rem;min-width:0}.wide select{width:100%}
label.check{display:inline-flex;gap:.45rem;align-items:center}label.check input{display:inline;margin:0}
summary{cursor:pointer}details pre{max-width:46rem}
.digits{font-size:.95em;letter-spacing:.02em}.digits span+span{margin-left:.45em}
.bar>:last-child{white-space:nowrap}
td form{margin:0}td button.plain{padding:.1rem .7rem;font-size:.875rem}
.clock{font-size:2rem;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
[role=status]:empty{display:none}
[role=status]{border-radius:.5rem;padding:.55rem .85rem;margin:.7rem 0}
.empty{color:var(--soft);padding:1.2rem 0}
footer{border-top:1px solid var(--line);padding:1rem 0 2rem;color:var(--soft);font-size:.875rem}
@media(max-width:44rem){.stack thead{display:none}.stack,.stack tbody{display:block}.stack tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:.05rem .8rem;padding:.6rem 0;border-top:1px solid var(--line)}
.stack tbody tr:first-child{border-top:0}.stack td{border:0;padding:0;text-align:left}.stack td:has(details[open]){flex-basis:100%}}
@media(max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}.card{padding:.85rem .9rem}.clock{font-size:1.45rem}h1{font-size:1.25rem}}
`;

/**
 * Copy buttons, forms that speak to an API, and tables that follow. A form has `data-call` (method and
 * address) and is sent as JSON; what went wrong is said in its own status line.
 */
export const script = `
const say=(form,text,bad)=>{const at=form.querySelector('[role=status]');if(at){at.textContent=text;at.className=bad?'bad':'good'}};
const valueOf=(field)=>field.dataset.as==='number'?Number(field.value):field.dataset.as==='ms'?Math.round(Number(field.value)*Number(field.dataset.unit||1000)):field.dataset.as==='json'?JSON.parse(field.value):field.dataset.as==='list'?[field.value]:field.dataset.as==='jst'?field.value+(field.value.length===16?':00':'')+'+09:00':field.value;
const bodyOf=(form)=>{const body={};for(const field of form.elements){if(!field.name||field.disabled||field.value==='')continue;
if(field.dataset.as==='merge'){Object.assign(body,JSON.parse(field.value));continue}
let at=body;const path=field.name.split('.');for(const step of path.slice(0,-1))at=at[step]??={};at[path.at(-1)]=valueOf(field)}return body};
document.addEventListener('click',(event)=>{const button=event.target.closest('[data-copy]');if(!button)return;
navigator.clipboard.writeText(button.parentElement.querySelector('pre').textContent).then(()=>{const was=button.textContent;button.textContent=button.dataset.copy;setTimeout(()=>{button.textContent=was},1200)})});
document.addEventListener('submit',async(event)=>{const form=event.target;if(!form.dataset.call)return;event.preventDefault();
const [method,path]=form.dataset.call.split(' ');const where=form.querySelector('[data-base]');const button=event.submitter;let body;
try{body=button?.dataset.body?JSON.parse(button.dataset.body):bodyOf(form)}catch(error){say(form,String(error.message),true);return}
if(button)button.disabled=true;
try{const reply=await fetch((where?where.value:'')+path,{method,headers:{'Content-Type':'application/json',...(form.dataset.key?{Authorization:'Basic '+btoa(form.dataset.key+':')}:{})},...(method==='DELETE'?{}:{body:JSON.stringify(body)})});
const text=await reply.text();let said;try{said=JSON.parse(text)}catch{said={}}
if(!reply.ok)say(form,said.error?said.error.path+': '+said.error.reason:reply.status+' '+text.slice(0,200),true);
else if(form.dataset.go)location.href=form.dataset.go.replace('{id}',encodeURIComponent(said.id||''));
else location.reload()}catch(error){say(form,String(error.message),true)}finally{if(button)button.disabled=false}});
document.addEventListener('change',(event)=>{const select=event.target.closest('select[name=kind]');if(!select)return;const sample=select.selectedOptions[0].dataset.sample||'';
const area=select.form.querySelector('textarea');area.value=sample;area.closest('details').open=sample!==''});
for(const table of document.querySelectorAll('[data-follow]')){let last=table.innerHTML;setInterval(async()=>{if(document.hidden||document.querySelector('[data-pause]')?.checked)return;
try{const reply=await fetch(table.dataset.follow);if(!reply.ok)return;const now=await reply.text();if(now!==last){last=now;table.innerHTML=now}}catch{}},2000)}
for(const at of document.querySelectorAll('[data-clock]')){const ahead=Number(at.dataset.clock)-Date.now();const show=()=>{at.textContent=new Date(Date.now()+ahead+32400000).toISOString().slice(0,19).replace('T',' ')};show();setInterval(show,500)}
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hash(style)}`,
  `script-src ${hash(script)}`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
