/** The fixed sentences of the incident the page publishes by itself. */
import type { IncidentStage } from './facts.ts';
import type { OwnStep } from './own-incident.ts';

interface Both {
  readonly en: string;
  readonly ja: string;
}

export const ownTitle: Both = {
  en: 'The payment gateway does not answer',
  ja: '決済ゲートウェイの応答を確認できません',
};

export const ownStage: Readonly<Record<OwnStep, IncidentStage>> = {
  open: 'investigating',
  still_lost: 'investigating',
  to_monitoring: 'monitoring',
  still_watching: 'monitoring',
  relapse: 'investigating',
  resolve: 'resolved',
};

const signs: Readonly<Record<'beats' | 'probes' | 'both', Both>> = {
  beats: { en: 'its regular signals stopped', ja: '定期的な稼働信号が途絶えました' },
  probes: { en: 'our checks from outside fail', ja: '外部からの確認に応答がありません' },
  both: {
    en: 'its regular signals stopped and our checks from outside fail',
    ja: '定期的な稼働信号が途絶え、外部からの確認にも応答がありません',
  },
};

/** `sign` is what the page noticed; it is only told where it is still true. */
export const ownText = (step: OwnStep, sign: 'beats' | 'probes' | 'both' | null): Both => {
  switch (step) {
    case 'open':
    case 'relapse':
    case 'still_lost': {
      const seen = signs[sign ?? 'both'];
      const again =
        step === 'relapse' ? { en: 'The disturbance is back. ', ja: '再び障害が発生しています。' } : { en: '', ja: '' };
      if (step === 'still_lost' && sign === null)
        return {
          en: 'The gateway answers at times. We keep watching and will report again.',
          ja: 'ゲートウェイの応答は不安定です。引き続き確認し、状況をお知らせします。',
        };
      const tail =
        step === 'still_lost'
          ? { en: ' There is no change yet.', ja: '状況に変化はありません。' }
          : {
              en: ' Payments through the API may fail. We are looking into it.',
              ja: 'API 経由の決済が失敗する可能性があります。原因を調査しています。',
            };
      return { en: `${again.en}${capital(seen.en)}.${tail.en}`, ja: `${again.ja}${seen.ja}。${tail.ja}` };
    }
    case 'to_monitoring':
      return {
        en: 'The gateway answers again. We keep watching before we call this resolved.',
        ja: 'ゲートウェイの応答を再び確認しました。復旧と判断するまで監視を続けます。',
      };
    case 'still_watching':
      return {
        en: 'The gateway keeps answering. We are still watching.',
        ja: 'ゲートウェイは応答を続けています。引き続き監視しています。',
      };
    case 'resolve':
      return {
        en: 'The gateway has answered steadily. This incident is resolved.',
        ja: 'ゲートウェイの安定した応答を確認しました。本件は復旧しました。',
      };
  }
};

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
