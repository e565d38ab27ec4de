// @ts-check
/** Small marks of brands, drawn here: nothing is fetched, and no markup is parsed. */

const svgNamespace = 'http://www.w3.org/2000/svg';

/** @param {string} name @param {Record<string, string>} attributes @param {string} [text] */
const shape = (name, attributes, text) => {
  const element = document.createElementNS(svgNamespace, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  if (text !== undefined) element.textContent = text;
  return element;
};

/** @param {string} ground @param {string} ink @param {string} text @param {string} size */
const lettered = (ground, ink, text, size) => [
  shape('rect', { width: '32', height: '20', rx: '3', fill: ground }),
  shape(
    'text',
    {
      x: '16',
      y: '10.4',
      fill: ink,
      'font-size': size,
      'font-weight': '800',
      'font-family': 'Arial, sans-serif',
      'text-anchor': 'middle',
      'dominant-baseline': 'central',
    },
    text,
  ),
];

/** @type {Record<string, () => Element[]>} */
const marks = {
  Visa: () => lettered('#1a2a6c', '#fff', 'VISA', '9.5'),
  MasterCard: () => [
    shape('rect', { width: '32', height: '20', rx: '3', fill: '#1f2328' }),
    shape('circle', { cx: '12.6', cy: '10', r: '5.6', fill: '#d8232a' }),
    shape('circle', { cx: '19.4', cy: '10', r: '5.6', fill: '#f0a02c', 'fill-opacity': '.88' }),
  ],
  JCB: () => lettered('#0b5a34', '#fff', 'JCB', '10'),
  'American Express': () => lettered('#1f72cd', '#fff', 'AMEX', '8.5'),
  'Diners Club': () => lettered('#3b4a56', '#fff', 'Diners', '7.5'),
  Discover: () => lettered('#b4500b', '#fff', 'Discover', '6.2'),
};

const blank = () => [
  shape('rect', {
    x: '.75',
    y: '.75',
    width: '30.5',
    height: '18.5',
    rx: '2.6',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.5',
  }),
  shape('path', { d: 'M1 6.2h30', stroke: 'currentColor', 'stroke-width': '3' }),
  shape('path', { d: 'M5 14h8', stroke: 'currentColor', 'stroke-width': '1.6' }),
];

/** @param {string} brand */
export const brandMark = (brand) => {
  const svg = shape('svg', {
    viewBox: '0 0 32 20',
    width: '32',
    height: '20',
    'aria-hidden': 'true',
    focusable: 'false',
  });
  svg.append(...(marks[brand] ?? blank)());
  return svg;
};
