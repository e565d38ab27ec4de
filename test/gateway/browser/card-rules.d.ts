/** What the browsers' `card-rules.js` exports: plain JavaScript, whose own types are checked where it lives. */
declare module '*/card-rules.js' {
  type Part = 'number' | 'expiry' | 'cvc';

  export const brandOf: (number: string) => { readonly name: string };
  export const luhnValid: (number: string) => boolean;
  export const formatNumber: (text: string) => string;
  export const formatExpiry: (text: string, isDeleting: boolean) => string;
  export const judge: (
    part: Part,
    values: Readonly<Record<Part, string>>,
    today: { year: number; month: number },
  ) => { complete: boolean; code: string | null };
}
