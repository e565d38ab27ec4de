// @ts-check
/** What buyers read, in both languages. */

export const words = {
  ja: {
    number: 'カード番号',
    expiry: '有効期限 (月/年)',
    cvc: 'セキュリティコード',
    numberHint: '1234 5678 9012 3456',
    expiryHint: 'MM / YY',
    cvcHint: 'CVC',
    incomplete_error: 'カード情報の入力が完了していません。',
    incompleteNumber: 'カード番号が最後まで入力されていません。',
    incompleteExpiry: '有効期限を「月 / 年」で入力してください。',
    incompleteCvc: 'セキュリティコードが最後まで入力されていません。',
    invalid_number: 'カード番号が正しくありません。',
    invalid_expiry_year_past: '有効期限の年が過ぎています。',
    invalid_expiry_month_past: '有効期限の月が過ぎています。',
    name: 'カード名義',
    nameHint: 'TARO YAMADA',
    nameWrong: 'カード名義は半角英数字で入力してください。',
    email: 'メールアドレス',
    phone: '電話番号',
    contactLead: '本人認証 (3Dセキュア) のため、どちらかを入力してください。',
    contactMissing: 'メールアドレスか電話番号を入力してください。',
    emailWrong: 'メールアドレスを確認してください。',
    phoneWrong: '電話番号を確認してください。',
    checkoutTitle: 'カード情報の入力',
    pay: 'カードで支払う',
    changeCard: 'カードを変更する',
    send: '支払う',
    sending: '送信しています…',
    close: '閉じる',
    safe: 'カード情報はお店を経由せず、決済会社に直接送られます。',
    authenticationTitle: '本人認証 (3Dセキュア)',
    openWindow: 'カード会社の画面を別のウィンドウで開きます。',
    openWindowButton: '認証画面を開く',
    waitingWindow: '別のウィンドウで本人認証を進めてください。',
    showWindow: 'ウィンドウを表示',
    cancel: 'キャンセル',
    cancelled: '本人認証がキャンセルされました。',
    verificationFailed: '本人認証ができませんでした。別のカードをお試しください。',
    timedOut: '本人認証が時間内に完了しませんでした。',
    notReached: '通信できませんでした。接続を確認して、もう一度お試しください。',
    notHere: 'このページはお店のページの中で使われます。',
    notTaken: 'このカードは使えませんでした。別のカードをお試しください。',
    tryLater: '混み合っています。しばらくしてから、もう一度お試しください。',
    failed: '手続きが完了しませんでした。もう一度お試しください。',
  },
  en: {
    number: 'Card number',
    expiry: 'Expiry (month/year)',
    cvc: 'Security code',
    numberHint: '1234 5678 9012 3456',
    expiryHint: 'MM / YY',
    cvcHint: 'CVC',
    incomplete_error: 'The card details are incomplete.',
    incompleteNumber: 'The card number is incomplete.',
    incompleteExpiry: 'Enter the expiry as month / year.',
    incompleteCvc: 'The security code is incomplete.',
    invalid_number: 'The card number is not valid.',
    invalid_expiry_year_past: 'The year of expiry has passed.',
    invalid_expiry_month_past: 'The month of expiry has passed.',
    name: 'Name on card',
    nameHint: 'TARO YAMADA',
    nameWrong: 'Enter the name in Latin letters, as it is printed.',
    email: 'Email',
    phone: 'Phone',
    contactLead: 'One of them is needed to verify that it is you (3-D Secure).',
    contactMissing: 'Enter an email address or a phone number.',
    emailWrong: 'Check the email address.',
    phoneWrong: 'Check the phone number.',
    checkoutTitle: 'Card details',
    pay: 'Pay by card',
    changeCard: 'Change the card',
    send: 'Pay',
    sending: 'Sending…',
    close: 'Close',
    safe: 'Your card details go straight to the payment company, not to the shop.',
    authenticationTitle: 'Verification (3-D Secure)',
    openWindow: 'Your card issuer’s page opens in another window.',
    openWindowButton: 'Open it',
    waitingWindow: 'Go on in the other window to verify that it is you.',
    showWindow: 'Show the window',
    cancel: 'Cancel',
    cancelled: 'The verification was cancelled.',
    verificationFailed: 'It could not be verified that it is you. Try another card.',
    timedOut: 'The verification was not finished in time.',
    notReached: 'Nothing could be sent. Check your connection and try again.',
    notHere: 'This page is used inside a shop’s page.',
    notTaken: 'This card could not be used. Try another one.',
    tryLater: 'There is a lot going on. Try again in a moment.',
    failed: 'That did not work. Try again.',
  },
};

/** @param {unknown} asked @returns {import('./types.d.ts').Locale} Japanese, unless English was asked for. */
export const localeOf = (asked) => (asked === 'en' ? 'en' : 'ja');

/**
 * What a buyer is told of a refusal: its message is for developers.
 * @param {import('./types.d.ts').Locale} locale
 * @param {{ code?: string, status?: number } | undefined} error
 */
export const refusalText = (locale, error) => {
  const said = words[locale];
  switch (error?.code) {
    case 'invalid_number':
    case 'incorrect_number':
      return said.invalid_number;
    case 'expired_card':
    case 'invalid_expiry_month':
    case 'invalid_expiry_year':
      return said.invalid_expiry_year_past;
    case 'invalid_cvc':
      return said.incompleteCvc;
    case 'invalid_email':
      return said.emailWrong;
    case 'invalid_phone_number':
      return said.phoneWrong;
    case 'over_capacity':
      return said.tryLater;
    case 'not_reached':
      return said.notReached;
    default:
      return error?.status === 402 ? said.notTaken : said.failed;
  }
};
