/** Every refusal has this shape; the codes are those of `errors.ts`. */
import { z } from 'zod';
import { cardFaults, otherCodes, requestFaults } from '../errors.ts';

export const ErrorAnswer = z.strictObject({
  error: z.strictObject({
    message: z.string().meta({ description: 'For developers, not for buyers. May change; decide by code.' }),
    type: z.enum([
      'client_error',
      'card_error',
      'auth_error',
      'server_error',
      'not_allowed_method_error',
      'invalid_request_error',
    ]),
    status: z.int().meta({ description: 'The HTTP status again.' }),
    code: z.enum([...requestFaults, ...cardFaults, ...otherCodes]).optional(),
    param: z.string().optional().meta({ description: 'The parameter at fault, as it was named: `card[number]`.' }),
    charge: z.string().optional().meta({ description: 'The charge that this is about.' }),
  }),
});
