/** Electronic commerce indicators of the schemes (emv-3ds.md section 7). */
import type { TdsBrand } from './config.ts';
import type { TransStatus } from './status.ts';

const others = { full: '05', attempted: '06', none: '07' };
const mastercard = { full: '02', attempted: '01', none: '00' };

/** Of a result; undefined while there is none (`C`, `D`). */
export const eciOf = (brand: TdsBrand, status: TransStatus): string | undefined => {
  const eci = brand === 'mastercard' ? mastercard : others;
  switch (status) {
    case 'Y':
      return eci.full;
    case 'A':
      return eci.attempted;
    case 'N':
    case 'U':
    case 'R':
      return eci.none;
    case 'I':
      // Data only: Mastercard has a value of its own for it.
      return brand === 'mastercard' ? '04' : '07';
    case 'C':
    case 'D':
      return undefined;
  }
};

/** One that the scheme does not have: for an issuer that gets it wrong (F22). */
export const foreignEci = (brand: TdsBrand): string => (brand === 'mastercard' ? '05' : '02');
