// @ts-check
/** The demo shop's own script, as a merchant would write it: forms with elements, with v1, and none for Checkout. */

/** @typedef {{ id?: string, error?: { message: string } }} Told */
/** @typedef {{ mount(selector: string): void, on(name: string, listener: (event: { error?: { message: string } }) => void): void }} CardElement */
/** @typedef {{ elements(): { create(type: string, options?: object): CardElement }, createToken(element: CardElement, data: object): Promise<Told>, openThreeDSecureIframe(id: string): Promise<void>, openThreeDSecureDialog(id: string): Promise<void> }} PayjpV2 */
/** @typedef {((key: string, options: object) => PayjpV2) & { setPublicKey(key: string): void, createToken(card: object, done: (status: number, told: Told) => void): void }} PayjpGlobal */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-way]'));

/** @param {HTMLFormElement} shop */
const begin = (shop) => {
  const { library, moment, workflow, key = '', lang, failed = '' } = shop.dataset;
  const { Payjp } = /** @type {{ Payjp?: PayjpGlobal }} */ (/** @type {unknown} */ (window));
  const problem = /** @type {HTMLElement} */ (document.querySelector('#problem'));
  const button = /** @type {HTMLButtonElement | null} */ (shop.querySelector('button[type=submit]'));
  const token = /** @type {HTMLInputElement | null} */ (shop.querySelector('input[name=payjp-token]'));
  if (Payjp === undefined || button === null || token === null) return;
  /** @param {string} name */
  const text = (name) => /** @type {HTMLInputElement | null} */ (shop.querySelector(`#${name}`))?.value ?? '';
  let isBusy = false;
  /** @param {boolean} busy */
  const setBusy = (busy) => {
    isBusy = busy;
    button.disabled = busy;
    button.setAttribute('aria-busy', String(busy));
  };
  /** @param {string} message */
  const say = (message) => {
    problem.textContent = message;
  };
  // Back from elsewhere, out of the browser's memory: the form works again.
  window.addEventListener('pageshow', () => setBusy(false));

  if (library === 'v1') {
    Payjp.setPublicKey(key);
    shop.addEventListener('submit', (event) => {
      event.preventDefault();
      if (isBusy) return;
      setBusy(true);
      const [month, year] = text('expiry').split('/');
      const until = { exp_month: month?.trim(), exp_year: year === undefined ? '' : `20${year.trim().slice(-2)}` };
      const card = { number: text('number').replace(/\s/g, ''), cvc: text('cvc'), name: text('name'), ...until };
      Payjp.createToken(card, (status, told) => {
        if (status !== 200 || told.id === undefined) {
          say(failed);
          setBusy(false);
          return;
        }
        token.value = told.id;
        shop.submit();
      });
    });
    return;
  }

  const payjp = Payjp(key, { locale: lang, threeDSecureWorkflow: workflow });
  const elements = payjp.elements();
  const parts = library === 'split' ? ['cardNumber', 'cardExpiry', 'cardCvc'] : ['card'];
  /** What each input says of itself. @type {Map<string, string>} */
  const wrong = new Map();
  const made = parts.map((part) => {
    const element = elements.create(part);
    element.mount(`#${part}`);
    element.on('change', ({ error }) => {
      wrong.set(part, error?.message ?? '');
      say([...wrong.values()].find((message) => message !== '') ?? '');
    });
    return element;
  });
  const [first] = made;
  if (first === undefined) return;

  /** A charge was made, or a card kept, and waits for the buyer: through 3-D Secure, then it is the server's turn. */
  const verifyOrder = async () => {
    const sent = await fetch('/shop/orders', {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(/** @type {[string, string][]} */ ([...new FormData(shop)])),
    });
    const order = await sent.json();
    if (order.state === 'verifying') {
      // How it ended is not for a page to know: the server asks.
      await payjp[workflow === 'subwindow' ? 'openThreeDSecureDialog' : 'openThreeDSecureIframe'](order.subject).catch(
        () => undefined,
      );
      await fetch(`${order.page}/finish`, { method: 'POST' });
    }
    window.location.assign(order.page);
  };

  shop.addEventListener('submit', (event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    say('');
    const card = { name: text('name'), email: text('email') };
    payjp
      .createToken(first, { card, three_d_secure: moment === 'token' })
      .then(async (told) => {
        if (told.error !== undefined || told.id === undefined) {
          say(told.error?.message ?? failed);
          setBusy(false);
          return;
        }
        token.value = told.id;
        if ((moment === 'charge' || moment === 'card') && workflow !== 'redirect') await verifyOrder();
        else shop.submit();
      })
      .catch(() => {
        say(failed);
        setBusy(false);
      });
  });
};

if (form !== null) begin(form);
