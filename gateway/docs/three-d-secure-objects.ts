/** Authentications of a customer’s card. */
import { z } from 'zod';
import { head, listOf, nothing, seconds } from './shapes.ts';

const tdsStatus = z
  .enum(['unverified', 'verified', 'attempted', 'failed', 'error'])
  .meta({ description: '`attempted`: the issuer takes no part, or could not be asked, and proved the attempt.' });

export const ThreeDSecureRequest = z.strictObject({
  ...head('tdsr_', 'three_d_secure_request'),
  resource_id: z.string().meta({ description: 'The card.' }),
  state: z.enum(['created', 'in_progress', 'result_received', 'finished']),
  started_at: seconds.nullable(),
  result_received_at: seconds.nullable(),
  finished_at: seconds.nullable(),
  expired_at: seconds.nullable(),
  tenant_id: nothing,
  three_d_secure_status: tdsStatus,
});
export const ThreeDSecureRequestList = listOf(ThreeDSecureRequest);
