/** What a merchant is told of whose payments the mandate asks for more. */
import { type MandateRule, mandateRules } from '../mandate/rules.ts';
import type { Both } from '../words.ts';

const what: Partial<Readonly<Record<MandateRule, string>>> = {
  'TDS-04': 'カード登録時の3Dセキュア認証が行われていません。',
  'TDS-06': 'カード登録時に認証する場合は、リスク分析に基づく決済時の認証が必要です。',
  'TDS-10': '決済時の3Dセキュア認証が行われていません。',
  'TDS-12': '初回決済時またはカード登録時の3Dセキュア認証が行われていません。',
  'TDS-14': '契約内容の変更時に、顧客カードに対する3Dセキュア認証が必要です。',
  'TDS-15': '商品・サービスの追加時に、顧客カードに対する3Dセキュア認証が必要です。',
  'TDS-27': 'ゲスト購入では決済時の3Dセキュア認証が必要です。',
  'TDS-31': 'ゲスト購入では決済時の3Dセキュア認証が必要です。',
};

/** Both languages; `refused`: the payment was not made. */
export const mandateWords = (rule: MandateRule, refused: boolean): Both => {
  const { says, source } = mandateRules[rule];
  return {
    en: `A payment of yours ${refused ? 'was refused' : 'went through'} without 3-D Secure where the mandate asks for it. Rule ${rule}: ${says} (${source}). See your compliance report, or ask us which way of authentication fits your shop.`,
    ja: `3Dセキュアの義務化要件を満たさない決済${refused ? 'をお断りしました' : 'がありました'}(${rule})。${what[rule] ?? '対象カードに3Dセキュア認証が必要です。'}組み込み方法についてはお問い合わせください。`,
  };
};
