/** What `npm start` plays and `nightly july` proves. */
export const julyDays = ['payjp-2017-07-12', 'payjp-2017-07-13', 'payjp-2017-07-14'] as const;
