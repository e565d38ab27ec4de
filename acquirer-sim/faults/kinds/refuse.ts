/** Nobody listens. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';

export const refuse = faultKind({
  kind: 'refuse',
  title: { en: 'connections are refused', ja: '接続が拒否される' },
  rows: ['NET-01'],
  parameters: z.strictObject({}),
  /** On sockets the connection stands by the time a request is seen: it is reset before anything is done. */
  async inject(_, incident) {
    return incident.leave(nothing, { how: 'refused' });
  },
});
