/** What browsers load: scripts for merchants' pages, and the frames that hold card inputs. */
import type { Operation } from './operation.ts';

const script = (path: string, summary: string, description: string): Operation => ({
  method: 'get',
  path,
  tag: 'Browser',
  summary,
  description,
  security: 'none',
  answers: { type: 'text/javascript', description: 'A classic script. Its hash is at `/browser/integrity.json`.' },
});

export const browserOperations: readonly Operation[] = [
  script(
    '/v2/pay.js',
    'PAY.JP’s browser library, version 2',
    '`Payjp(publicKey, options)`: elements, `createToken`, 3-D Secure in a frame, in a window or by redirect.',
  ),
  script('/v1/pay.js', 'The library before elements', '`Payjp.setPublicKey`, `Payjp.createToken(card, callback)`.'),
  script(
    '/checkout.js',
    'Checkout',
    'A script tag inside a form: a button, a card form, and the token in a hidden field `payjp-token`.',
  ),
  {
    method: 'get',
    path: '/browser/{file}',
    tag: 'Browser',
    summary: 'Frames with card inputs, their scripts, and the hashes of the scripts above',
    security: 'none',
    answers: { type: 'text/html', description: 'A page, a script, or JSON.' },
  },
];
