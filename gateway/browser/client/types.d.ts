/** Shapes that the browser's scripts share. Merchants see `ElementChange`, `TokenData` and `CardError` as PAY.JP documents them. */

export type Locale = 'ja' | 'en';
export type ElementType = 'card' | 'cardNumber' | 'cardExpiry' | 'cardCvc';
export type Part = 'number' | 'expiry' | 'cvc';
export type Workflow = 'iframe' | 'subwindow' | 'redirect';
export type ErrorCode =
  | 'incomplete_error'
  | 'invalid_number'
  | 'invalid_expiry_year_past'
  | 'invalid_expiry_month_past';

export interface CardError {
  message: string;
  type: 'validation_error';
  code: ErrorCode;
}

/** What a merchant's page is told of an element: never a digit of it. */
export interface ElementChange {
  elementType: ElementType;
  complete: boolean;
  empty: boolean;
  brand: string;
  error: CardError | undefined;
}

export interface ElementOptions {
  style?: { base?: Record<string, unknown>; invalid?: Record<string, unknown> };
  placeholder?: string | Partial<Record<Part, string>>;
  disabled?: boolean;
  hideIcon?: boolean;
}

/** `createToken`'s second argument. Names of card data are not among them: a page has no say in a number. */
export interface TokenData {
  card?: Record<string, string | undefined>;
  tenant?: string;
  three_d_secure?: boolean;
}

/** An answer of the gateway: a token, or `{error}`. */
export interface Told {
  id?: string;
  error?: { message: string; type?: string; code?: string; status?: number };
  card?: { three_d_secure_status: string | null; last4: string; brand: string };
  [name: string]: unknown;
}

export interface WindowFeatures {
  width?: number;
  height?: number;
  top?: number;
  left?: number;
  popup?: boolean;
}

export interface DialogOptions {
  /** Milliseconds. */
  timeout?: number;
  windowFeatures?: WindowFeatures;
}

/** From the merchant's page to a frame, on its port. */
export type ToFrame =
  | { type: 'update'; options: ElementOptions; inherited?: Record<string, string> | undefined }
  | { type: 'locale'; locale: Locale }
  | { type: 'focus' | 'blur' | 'clear' }
  | { type: 'tokenise'; call: number; data: TokenData }
  | { type: 'failed'; message: string };

/** From a frame to the merchant's page. */
export type FromFrame =
  | { type: 'ready' | 'focus' | 'blur' | 'cancel' }
  | { type: 'size'; heightPx: number }
  | { type: 'change'; change: ElementChange }
  | { type: 'tokenised'; call: number; told: Told };

export interface CheckoutSettings {
  submitText: string | null;
  namePlaceholder: string | null;
  threeDSecure: boolean;
  /** A text: the page knows it; true: the dialog asks. */
  email: string | boolean;
  phone: string | boolean;
  phoneCode: string | null;
}

/** The first message to a frame, with the port that everything else goes by. */
export interface Connect {
  breakwater: 'connect';
  publicKey: string;
  locale: Locale;
  /** Frames of one `elements()` of one page. */
  group: string;
  elementType: ElementType | 'checkout';
  options: ElementOptions;
  inherited: Record<string, string>;
  checkout?: CheckoutSettings;
}
