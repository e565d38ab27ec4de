/** The connection is dead on this side and stands on the other: whatever comes on it is not heard. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';

export const halfOpen = faultKind({
  kind: 'half-open',
  title: { en: 'a half-open connection', ja: '片側だけ開いた接続' },
  rows: ['NET-04'],
  parameters: z.strictObject({}),
  async inject(_, incident) {
    return incident.leave(nothing, { how: 'silence', deaf: true });
  },
});
