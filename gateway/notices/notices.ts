/**
 * Who is told what, by which delivery: merchants by their notice address, the acquirer's
 * operators by theirs. What to say is decided in `incidents/` and `abuse/`; this room only
 * addresses and sends.
 */
import type { AbuseFacts, UpstreamCounts } from '../abuse/abuse.ts';
import type { GatewayConfig } from '../config.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import { newId } from '../ids.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Clock, Entropy } from '../ports.ts';
import type { IncidentView } from '../status-page/facts.ts';
import type { Both } from '../words.ts';
import { abuseWords } from './abuse-words.ts';
import { type LetterContent, letterOf } from './letters.ts';

export interface Notices {
  /**
   * The incident as it stands, to merchants that it hurts. Answers those that nobody could look up: without the database
   * there are only the addresses of merchants that called lately.
   */
  incident(view: IncidentView, merchantIds: readonly string[]): Promise<readonly string[]>;
  /** To a merchant whose requests run into its limits. */
  abuse(merchantId: string, facts: AbuseFacts): Promise<void>;
  /** To a merchant whose server still passes card numbers. */
  passthrough(merchantId: string, text: Both): Promise<void>;
  /** To a merchant of whose payments the 3-D Secure mandate asks for more. */
  mandate(merchantId: string, facts: { readonly rule: string; readonly text: Both }): Promise<void>;
  /** To the acquirer: we know, and who sends how much. */
  upstream(counts: UpstreamCounts): Promise<void>;
}

export interface NoticesDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly merchants: Merchants;
  readonly deliveries: Deliveries;
  readonly acquirers: GatewayConfig['acquirers'];
  /** Where people read the status page, for letters; null: they name no address. */
  readonly statusPageUrl?: string | null;
}

/** Merchants told at once: their rows share commits, and a day with ten thousand of them holds nobody up for long. */
const togetherMax = 64;

export const createNotices = (deps: NoticesDeps): Notices => {
  const { clock, entropy, merchants, deliveries, acquirers, statusPageUrl = null } = deps;
  /** By call and by letter, whichever it has an address for. `title` is for letters alone. */
  const toMerchant = async (
    merchantId: string,
    type: string,
    content: Record<string, unknown> & Pick<LetterContent, 'text'> & { readonly incident?: string },
    title?: LetterContent['title'],
  ): Promise<void> => {
    const merchant = await merchants.findOrRecall(merchantId);
    if (merchant === undefined) return;
    if (merchant.noticeMail !== null) {
      const { address, language } = merchant.noticeMail;
      const letter = { type, text: content.text, incident: content.incident, title };
      await deliveries.send({
        merchantId,
        kind: 'mail',
        subject: type,
        url: `mailto:${address}`,
        token: '',
        body: JSON.stringify(letterOf(letter as LetterContent, language, statusPageUrl)),
      });
    }
    if (merchant.noticeUrl === null) return;
    const body = JSON.stringify({
      id: newId(entropy, 'ntc_', `${merchantId}/${type}`),
      type,
      atMs: clock.wallMs(),
      ...content,
    });
    await deliveries.send({
      merchantId,
      kind: 'notice',
      subject: type,
      url: merchant.noticeUrl,
      token: merchant.webhookToken,
      body,
    });
  };

  return {
    async incident(view, merchantIds) {
      const type = view.stage === 'resolved' ? 'incident_resolved' : 'incident';
      const text = view.updates.at(-1)?.text ?? view.title;
      const missed: string[] = [];
      for (let from = 0; from < merchantIds.length; from += togetherMax)
        await Promise.all(
          merchantIds
            .slice(from, from + togetherMax)
            .map((merchantId) =>
              toMerchant(merchantId, type, { incident: view.id, text }, view.title).catch(() =>
                missed.push(merchantId),
              ),
            ),
        );
      return missed;
    },
    async abuse(merchantId, facts) {
      const { stage, foundAtMs, share } = facts;
      await toMerchant(merchantId, 'abuse', { foundAtMs, stage, rateShare: share, text: abuseWords(facts) });
    },
    passthrough: (merchantId, text) => toMerchant(merchantId, 'card_numbers', { text }),
    mandate: (merchantId, { rule, text }) => toMerchant(merchantId, 'three_d_secure_mandate', { rule, text }),
    async upstream({ acquirer, foundAtMs, requestsPerMerchant }) {
      const account = acquirers.find(({ id }) => id === acquirer);
      if (account === undefined || account.contactUrl === null) return;
      await deliveries.send({
        merchantId: null,
        kind: 'upstream',
        subject: acquirer,
        url: account.contactUrl,
        token: '',
        body: JSON.stringify({
          tenant: account.contactTenant,
          kind: 'abuse_contained',
          atMs: foundAtMs,
          requestsPerMerchant,
          message:
            'One merchant of ours exceeded its rate; we limit it. Requests of the last minute by merchant are attached.',
        }),
      });
    },
  };
};
