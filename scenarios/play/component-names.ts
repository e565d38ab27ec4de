/** Parts of the service, as the status page names them. Written again here: scenario files and the judge know no program. */
export const componentNames = [
  'create_charge',
  'capture',
  'refund',
  'card_registration',
  'three_d_secure',
  'subscriptions',
  'webhooks',
  'api',
] as const;
