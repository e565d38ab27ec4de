/** What the dead are told: nothing, ever. Collected with whoever waits for it. */
export const never = (): Promise<never> => new Promise(() => {});
