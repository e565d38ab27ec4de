/** What `card-rules.js` exports, for those who read types: its test. */
type Part = 'number' | 'expiry' | 'cvc';

export declare const brandOf: (number: string) => { readonly name: string };
export declare const luhnValid: (number: string) => boolean;
export declare const formatNumber: (text: string) => string;
export declare const formatExpiry: (text: string, isDeleting: boolean) => string;
export declare const judge: (
  part: Part,
  values: Readonly<Record<Part, string>>,
  today: { year: number; month: number },
) => { complete: boolean; code: string | null };
