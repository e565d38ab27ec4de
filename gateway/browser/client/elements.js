// @ts-check
/** `payjp.elements()`: card inputs for a merchant's page, each a frame of the gateway's. */
import { createFrame } from './frame.js';
import { localeOf, words } from './words.js';

/** @typedef {import('./types.d.ts').ElementType} ElementType */
/** @typedef {import('./types.d.ts').ElementOptions} ElementOptions */
/** @typedef {import('./types.d.ts').Locale} Locale */
/** @typedef {import('./types.d.ts').Told} Told */
/** @typedef {'change' | 'ready' | 'focus' | 'blur'} EventName */
/** @typedef {{ mount(target: string | HTMLElement): void, unmount(): void, on(name: EventName, listener: (event: unknown) => void): Element, addEventListener(name: EventName, listener: (event: unknown) => void): void, focus(): void, blur(): void, clear(): void, update(options: ElementOptions): void }} Element */

/** How a page's element reaches its frame; not for pages. @type {WeakMap<object, (data: import('./types.d.ts').TokenData) => Promise<Told>>} */
export const tokenisers = new WeakMap();

const elementTypes = ['card', 'cardNumber', 'cardExpiry', 'cardCvc'];
const frameTitles = /** @type {const} */ ({
  card: 'checkoutTitle',
  cardNumber: 'number',
  cardExpiry: 'expiry',
  cardCvc: 'cvc',
});

/** Texts look as they do around them, unless the page says otherwise. @param {HTMLElement} host */
const inheritedStyle = (host) => {
  const { color, fontSize, fontFamily, fontWeight } = getComputedStyle(host);
  return { color, fontSize, fontFamily, fontWeight };
};

const randomName = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');

/** @param {{ origin: string, publicKey: string, locale: Locale }} settings */
export const createElements = ({ origin, publicKey, locale: first }) => {
  const group = randomName();
  /** @type {Map<ElementType, { element: Element, localise: () => void }>} */
  const made = new Map();
  let locale = first;

  /** @param {ElementType} type @param {ElementOptions} options */
  const createElement = (type, options) => {
    /** @type {ReturnType<typeof createFrame> | null} */
    let frame = null;
    /** @type {HTMLElement | null} */
    let host = null;
    let current = options;
    let calls = 0;
    /** @type {Map<number, (told: Told) => void>} */
    const awaited = new Map();
    /** @type {Map<EventName, Set<(event: unknown) => void>>} */
    const listeners = new Map();
    const scheme = matchMedia('(prefers-color-scheme: dark)');

    /** @param {EventName} name @param {unknown} event */
    const emit = (name, event) => {
      for (const listener of listeners.get(name) ?? []) listener(event);
    };
    /** @param {import('./types.d.ts').FromFrame} message */
    const hear = (message) => {
      switch (message.type) {
        case 'ready':
        case 'focus':
        case 'blur':
          host?.classList.toggle('PayjpElement--focus', message.type === 'focus');
          return emit(message.type, { elementType: type });
        case 'change':
          host?.classList.toggle('PayjpElement--complete', message.change.complete);
          host?.classList.toggle('PayjpElement--empty', message.change.empty);
          host?.classList.toggle('PayjpElement--invalid', message.change.error !== undefined);
          return emit('change', message.change);
        case 'size':
          return frame?.element.style.setProperty('height', `${Math.min(400, message.heightPx)}px`, 'important');
        case 'tokenised':
          awaited.get(message.call)?.(message.told);
          return void awaited.delete(message.call);
        case 'cancel':
      }
    };
    const dress = () => {
      if (host !== null) frame?.tell({ type: 'update', options: current, inherited: inheritedStyle(host) });
    };

    /** @type {Element} */
    const element = {
      mount(target) {
        const found = typeof target === 'string' ? document.querySelector(target) : target;
        if (!(found instanceof HTMLElement)) throw new Error('Payjp: there is nothing to mount on');
        element.unmount();
        host = found;
        host.classList.add('PayjpElement');
        frame = createFrame(origin, '/browser/card-field', words[locale][frameTitles[type]], hear);
        frame.element.style.setProperty('height', '24px', 'important');
        frame.connect({
          publicKey,
          locale,
          group,
          elementType: type,
          options: current,
          inherited: inheritedStyle(host),
        });
        host.replaceChildren(frame.element);
        scheme.addEventListener('change', dress);
      },
      unmount() {
        scheme.removeEventListener('change', dress);
        frame?.close();
        frame = null;
        for (const name of ['', '--focus', '--complete', '--empty', '--invalid'])
          host?.classList.remove(`PayjpElement${name}`);
        host = null;
        for (const tell of awaited.values())
          tell({ error: { message: 'The element was unmounted', code: 'unmounted' } });
        awaited.clear();
      },
      on(name, listener) {
        const heard = listeners.get(name) ?? new Set();
        listeners.set(name, heard.add(listener));
        return element;
      },
      addEventListener: (name, listener) => void element.on(name, listener),
      focus: () => frame?.tell({ type: 'focus' }),
      blur: () => frame?.tell({ type: 'blur' }),
      clear: () => frame?.tell({ type: 'clear' }),
      update(changed) {
        current = { ...current, ...changed };
        dress();
      },
    };
    tokenisers.set(element, (data) => {
      const to = frame;
      if (to === null) return Promise.reject(new Error('Payjp: the element is not mounted'));
      calls += 1;
      const call = calls;
      return new Promise((resolve) => {
        awaited.set(call, resolve);
        to.tell({ type: 'tokenise', call, data });
      });
    });
    return { element, localise: () => frame?.tell({ type: 'locale', locale }) };
  };

  return {
    /** @param {ElementType} type @param {ElementOptions} [options] */
    create(type, options = {}) {
      if (!elementTypes.includes(type)) throw new Error(`Payjp: an element is one of ${elementTypes.join(', ')}`);
      if (made.has(type)) throw new Error(`Payjp: this page has an element ${type} already`);
      const created = createElement(type, options);
      made.set(type, created);
      return created.element;
    },
    /** @param {ElementType} type */
    getElement: (type) => made.get(type)?.element ?? null,
    /** @param {{ locale?: Locale }} options */
    update(options) {
      if (options.locale === undefined) return;
      locale = localeOf(options.locale);
      for (const { localise } of made.values()) localise();
    },
  };
};
