/**
 * The script of a checkout page (escott-protocol.md section 7):
 *
 *     <script src=".../CdGetJavaScript.do?k_TokenNinsyoCode=..." callBackFunc="setToken" class="spsvToken">
 *     SpsvApi.spsvCreateToken(cardNo, expYY, expMM, secCd, birthMonth, birthDay, telNo, kanaSei, kanaMei)
 *
 * Written for this simulator. It calls the host it was loaded from. The result arrives at the global function
 * that the tag names, as (token, maskedCard). How the real one tells an error is not known: here it goes to
 * `SpsvApi.onError(code)` when a page sets one, otherwise to an alert.
 */
export const browserScript = (code: string): string => `(() => {
  const tag = document.currentScript;
  const origin = new URL(tag.src).origin;
  const callback = () => window[tag.getAttribute('callBackFunc') || 'setToken'];
  const failed = (code) => (api.onError ? api.onError(code) : alert('e-SCOTT token: ' + code));
  const names = 'CardNo ExpYY ExpMM SecCd BirthMonth BirthDay TelNo KanaSei KanaMei'.split(' ');
  const api = {
    onError: null,
    async spsvCreateToken(...values) {
      const form = new URLSearchParams({ k_TokenNinsyoCode: '${code}' });
      names.forEach((name, at) => form.set(name, values[at] ?? ''));
      let answer;
      try {
        const reply = await fetch(origin + '/euser/stn/CdGetToken.do', { method: 'POST', body: form });
        answer = new URLSearchParams((await reply.text()).trim());
      } catch {
        return failed('K96');
      }
      if (answer.get('ResponseCd') !== 'OK') return failed(answer.get('ResponseCd') ?? 'K99');
      callback()(answer.get('Token'), answer.get('MaskedCardNo'));
    },
    spsvButton() {
      const dialog = document.createElement('dialog');
      const inputs = ['カード番号', '有効期限 (YY)', '有効期限 (MM)', 'セキュリティコード'].map((label) => {
        const line = document.createElement('label');
        const input = document.createElement('input');
        input.inputMode = 'numeric';
        line.append(label, ' ', input, document.createElement('br'));
        dialog.append(line);
        return input;
      });
      const button = document.createElement('button');
      button.textContent = '決定';
      button.addEventListener('click', () => {
        dialog.remove();
        api.spsvCreateToken(...inputs.map((input) => input.value));
      });
      dialog.append(button);
      document.body.append(dialog);
      dialog.showModal();
    },
  };
  window.SpsvApi = api;
})();
`;
