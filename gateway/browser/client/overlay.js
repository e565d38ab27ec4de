// @ts-check
/**
 * A dialog over the merchant's page, in a shadow tree: the page's style does not reach in, and
 * the page's policy needs to allow no style of ours, because a constructed sheet is not inline.
 */

const sheetText = `
:host{all:initial}
dialog{border:0;padding:0;margin:auto;width:min(27rem,100vw);max-width:100vw;max-height:100dvh;background:#fff;color:#17202b;border-radius:14px;overflow:hidden;box-shadow:0 18px 60px rgb(10 20 30/.35);font:16px/1.6 system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif;color-scheme:light}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:rgb(12 20 30/.55)}
header{display:flex;align-items:center;justify-content:space-between;gap:12px;padding:10px 10px 10px 18px;border-bottom:1px solid #dfe3e8}
header[hidden]{display:none}
h2{font-size:16px;line-height:1.5;margin:0;font-weight:700}
button{font:inherit;font-weight:600;border:1px solid transparent;border-radius:8px;padding:9px 18px;cursor:pointer;background:#17202b;color:#fff}
button.close{background:none;color:inherit;width:44px;height:44px;padding:0;font-size:22px;line-height:1;font-weight:400}
button.plain{background:none;color:inherit;border-color:#9aa5b1}
:focus-visible{outline:3px solid #0b5cad;outline-offset:2px}
.body{overflow:auto;min-height:0}
.text{padding:18px;display:grid;gap:14px}
.text p{margin:0}
.row{display:flex;flex-wrap:wrap;gap:10px}
@media(prefers-color-scheme:dark){dialog{background:#182029;color:#e8ecf1}header{border-color:#2c3743}button{background:#dfe6ee;color:#10151b}:focus-visible{outline-color:#7fbaf5}}
@media(max-width:30rem){dialog{border-radius:0;width:100vw}dialog.tall{height:100dvh}}
`;

/**
 * @param {{ title: string, closeLabel: string, bare?: boolean, tall?: boolean, onCancel: () => void }} settings
 *   `bare`: what is inside has a heading and a way out of its own
 */
export const openOverlay = ({ title, closeLabel, bare = false, tall = false, onCancel }) => {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheetText);
  root.adoptedStyleSheets = [sheet];
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', title);
  dialog.classList.toggle('tall', tall);
  const header = document.createElement('header');
  header.hidden = bare;
  const heading = document.createElement('h2');
  heading.textContent = title;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'close';
  close.textContent = '×';
  close.setAttribute('aria-label', closeLabel);
  const body = document.createElement('div');
  body.className = 'body';
  header.append(heading, close);
  dialog.append(header, body);
  root.append(dialog);
  close.addEventListener('click', () => onCancel());
  // Escape asks; whoever opened it decides, and takes it away.
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    onCancel();
  });
  const { activeElement } = document;
  document.body.append(host);
  dialog.showModal();
  return {
    body,
    dialog,
    close() {
      dialog.close();
      host.remove();
      if (activeElement instanceof HTMLElement) activeElement.focus();
    },
  };
};

/** A text and buttons, for `body`. @param {string} text @param {readonly { label: string, plain?: boolean, act: () => void }[]} choices */
export const textAndButtons = (text, choices) => {
  const box = document.createElement('div');
  box.className = 'text';
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  const row = document.createElement('div');
  row.className = 'row';
  for (const { label, plain = false, act } of choices) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.classList.toggle('plain', plain);
    button.addEventListener('click', act);
    row.append(button);
  }
  box.append(paragraph, row);
  return box;
};
