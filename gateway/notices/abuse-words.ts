/** What a merchant is told about its requests, step by step, in both languages. */
import type { AbuseFacts } from '../abuse/abuse.ts';
import type { Both } from '../words.ts';

export const abuseWords = ({ stage, refusals, bad, good, windowMs, share }: AbuseFacts): Both => {
  const seconds = Math.round(windowMs / 1000);
  const percent = Math.round(100 * share);
  const counted = {
    en: `${bad} of your last ${bad + good} requests within ${seconds} seconds were declined or wrong`,
    ja: `直近${seconds}秒間の${bad + good}件のリクエストのうち${bad}件が、カード会社に拒否されたか不正な内容でした`,
  };
  switch (stage) {
    case 'told':
      return {
        en: `${refusals} of your requests were refused within ${seconds} seconds because they exceed your rate. Please check your system; other requests within the rate are served.`,
        ja: `直近${seconds}秒間に、上限を超えた${refusals}件のリクエストをお断りしました。システムをご確認ください。上限内のリクエストは処理されています。`,
      };
    case 'throttled':
      return {
        en: `${counted.en}. Your rate is ${percent} % of the usual until that ends. Please check your system.`,
        ja: `${counted.ja}。改善するまで、リクエストの上限を通常の${percent}%に制限します。システムをご確認ください。`,
      };
    case 'paused':
      return {
        en: `${counted.en}, and it went on while your rate was limited. Your account is paused; it is resumed step by step.`,
        ja: `${counted.ja}。制限中も続いたため、アカウントを一時停止しました。今後、段階的に再開します。`,
      };
    case 'ramping':
      return {
        en: `Your account is being resumed step by step; your rate is ${percent} % of the usual now.`,
        ja: `アカウントを段階的に再開しています。現在の上限は通常の${percent}%です。`,
      };
    case 'clear':
      return {
        en: 'Your account has its usual rate again.',
        ja: 'リクエストの上限を通常に戻しました。',
      };
  }
};
