// @ts-check
/**
 * The page's end of the wire: a frame of the gateway's, and a port to it. The first message names the
 * gateway as its only reader, so a frame that was led elsewhere learns nothing.
 */

/** @typedef {import('./types.d.ts').Connect} Connect */
/** @typedef {import('./types.d.ts').ToFrame} ToFrame */
/** @typedef {import('./types.d.ts').FromFrame} FromFrame */

/**
 * @param {string} origin @param {string} path @param {string} title
 * @param {(message: FromFrame) => void} onMessage
 */
export const createFrame = (origin, path, title, onMessage) => {
  const element = document.createElement('iframe');
  element.src = `${origin}${path}`;
  element.title = title;
  element.referrerPolicy = 'no-referrer';
  element.allow = "payment 'none'; camera 'none'; microphone 'none'; geolocation 'none'";
  const { style } = element;
  const look = { border: '0', width: '100%', display: 'block', background: 'transparent', margin: '0', padding: '0' };
  for (const [name, value] of Object.entries({ ...look, 'color-scheme': 'light' }))
    style.setProperty(name, value, 'important');
  /** @type {MessagePort | null} */
  let port = null;
  /** What was said before there was anybody to hear it. @type {ToFrame[]} */
  let waiting = [];
  return {
    element,
    /** Once, when the frame has loaded. @param {Omit<Connect, 'breakwater'>} connect */
    connect(connect) {
      element.addEventListener('load', () => {
        const channel = new MessageChannel();
        port?.close();
        port = channel.port1;
        port.onmessage = (event) => onMessage(event.data);
        element.contentWindow?.postMessage({ breakwater: 'connect', ...connect }, origin, [channel.port2]);
        for (const message of waiting) port.postMessage(message);
        waiting = [];
      });
    },
    /** @param {ToFrame} message */
    tell(message) {
      if (port === null) waiting.push(message);
      else port.postMessage(message);
    },
    close() {
      port?.close();
      port = null;
      element.remove();
    },
  };
};
