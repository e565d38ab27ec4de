/** Formats of elements: each says whether a value that is there may be what it is. */
import { isObject } from './read.ts';

export type Format = (value: unknown) => boolean;

export const text =
  (min: number, max: number): Format =>
  (value) =>
    typeof value === 'string' && value.length >= min && value.length <= max;

export const digits = (min: number, max: number = min): Format => {
  const shape = new RegExp(`^\\d{${min},${max}}$`);
  return (value) => typeof value === 'string' && shape.test(value);
};

export const oneOf =
  (...values: readonly string[]): Format =>
  (value) =>
    typeof value === 'string' && values.includes(value);

export const flag: Format = (value) => typeof value === 'boolean';
export const object: Format = isObject;

/** Fully qualified, as far as the length goes. */
export const url =
  (max: number): Format =>
  (value) =>
    typeof value === 'string' && value.length <= max && /^https?:\/\/[^\s/?#]+/.test(value) && URL.canParse(value);

/** `YYYYMMDDHHMMSS` or its beginning: a real month, day and time. */
export const moment =
  (length: 4 | 8 | 14): Format =>
  (value) => {
    if (typeof value !== 'string' || !/^\d+$/.test(value) || value.length !== length) return false;
    if (length === 4) return value.slice(2) >= '01' && value.slice(2) <= '12';
    const iso = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`;
    const time = length === 14 ? `${value.slice(8, 10)}:${value.slice(10, 12)}:${value.slice(12, 14)}` : '00:00:00';
    const at = Date.parse(`${iso}T${time}Z`);
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${iso}T${time}`);
  };

/** `01` to `nn`. */
export const indicator =
  (last: number): Format =>
  (value) =>
    typeof value === 'string' && /^\d\d$/.test(value) && Number(value) >= 1 && Number(value) <= last;

export const minutes =
  (min: number, max: number): Format =>
  (value) =>
    typeof value === 'string' && /^[+-]?\d{1,5}$/.test(value) && Number(value) >= min && Number(value) <= max;

export const phone: Format = (value) =>
  isObject(value) && digits(1, 3)(value.cc) && digits(1, 15)(value.subscriber) && Object.keys(value).length === 2;

/** ISO 3166 and 4217 numbers in use; an unknown one is 304, not 203. */
const countries = new Set(
  '004 008 012 020 024 031 032 036 040 048 050 051 056 064 068 070 076 084 096 100 104 112 116 120 124 144 152 156 158 170 188 191 192 196 203 208 214 218 222 231 233 246 250 268 276 288 300 320 340 344 348 352 356 360 364 368 372 376 380 388 392 398 400 404 410 414 417 418 422 428 440 442 446 454 458 462 470 480 484 496 498 499 504 508 512 516 524 528 554 558 566 578 586 591 598 600 604 608 616 620 626 634 642 643 646 682 686 688 702 703 704 705 710 724 752 756 760 762 764 784 788 792 795 800 804 807 818 826 834 840 854 858 860 862 887 894'.split(
    ' ',
  ),
);
const currencies = new Set(
  '008 012 032 036 044 048 050 051 052 060 064 068 072 084 090 096 104 108 116 124 132 136 144 152 156 170 174 188 191 192 203 208 214 222 230 232 238 242 262 270 292 320 324 328 332 340 344 348 352 356 360 364 368 376 388 392 398 400 404 408 410 414 417 418 422 426 430 434 446 454 458 462 480 484 496 498 504 512 516 524 532 533 548 554 558 566 578 586 590 598 600 604 608 634 643 646 654 682 690 694 702 704 706 710 728 748 752 756 760 764 776 780 784 788 800 807 818 826 834 840 858 860 882 886 901 925 926 927 928 929 930 931 932 933 934 936 938 940 941 943 944 946 947 948 949 950 951 952 953 960 967 968 969 970 971 972 973 975 976 977 978 979 980 981 985 986'.split(
    ' ',
  ),
);
export const isCountry: Format = (value) => typeof value === 'string' && countries.has(value);
export const isCurrency: Format = (value) => typeof value === 'string' && currencies.has(value);
