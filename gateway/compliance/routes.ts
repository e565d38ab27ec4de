/** Operators' calls about the mandate: profiles, the report of a merchant, and a charge's protection. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { chargeById } from '../charges/store.ts';
import { startOfDayMs } from '../mandate/facts.ts';
import type { Merchants } from '../merchants/merchants.ts';
import { answerJson, badRequest, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Mandate } from '../policy/mandate.ts';
import type { Clock, Store } from '../ports.ts';
import type { Compliance } from './compliance.ts';
import { formAsked, pageHeaders } from './html.ts';
import { NewMandate } from './profile.ts';
import { assessCharge, assessedView } from './protection.ts';
import { htmlOf, makeReport, textOf } from './report.ts';

/** The report's query. */
export const ComplianceAsked = z.strictObject({
  /** Days in Japan, the last one included; the last 31 days unless told. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  mode: z.enum(['live', 'test']).default('live'),
  format: z.enum(['json', 'text', 'html']).optional(),
});

export interface ComplianceRoutesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly merchants: Merchants;
  readonly policy: Mandate;
  readonly adminToken: string;
  readonly compliance: Compliance;
}

const dayMs = 86_400_000;
const daysDefault = 31;
const daysMax = 400;

export const complianceRoutes = (app: Hono, deps: ComplianceRoutesDeps): void => {
  const { store, clock, merchants, policy, adminToken, compliance } = deps;
  const forOperators = operatorsOnly(adminToken);
  const idOf = (context: Context): string => context.req.param('id') ?? '';

  const mandateView = async (merchantId: string) => {
    const { mandate, enforcement } = await compliance.known(merchantId);
    return {
      merchant: merchantId,
      chosen: mandate.enforcement,
      enforcement,
      from: policy.from,
      profile: mandate.profile,
    };
  };

  app.get(
    '/admin/v1/merchants/:id/mandate',
    forOperators(async (context) => {
      const merchant = await merchants.find(idOf(context));
      return merchant === undefined
        ? noSuch(context, 'merchant', idOf(context))
        : answerJson(context, await mandateView(merchant.id));
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/mandate',
    forOperators(async (context) => {
      const read = await readJson(context, NewMandate);
      if (!read.ok) return badRequest(context, read.reason);
      const merchant = await merchants.find(idOf(context));
      if (merchant === undefined) return noSuch(context, 'merchant', idOf(context));
      await compliance.save(merchant.id, read.value);
      return answerJson(context, await mandateView(merchant.id));
    }),
  );
  app.get(
    '/admin/v1/merchants/:id/compliance',
    forOperators(async (context) => {
      const asked = ComplianceAsked.safeParse(context.req.query());
      const form = formAsked(context);
      if (!asked.success || form === null) {
        const issue = asked.success ? undefined : asked.error.issues[0];
        return badRequest(
          context,
          `${issue?.path.join('.') ?? 'format'}: ${issue?.message ?? 'is none of json, text, html'}`,
        );
      }
      const merchant = await merchants.find(idOf(context));
      if (merchant === undefined) return noSuch(context, 'merchant', idOf(context));
      const { from, to, mode } = asked.data;
      const toMs = to === undefined ? clock.wallMs() + 1 : startOfDayMs(to) + dayMs;
      const fromMs = from === undefined ? toMs - daysDefault * dayMs : startOfDayMs(from);
      if (fromMs >= toMs) return badRequest(context, 'from: is after to');
      if (toMs - fromMs > daysMax * dayMs) return badRequest(context, `from: is more than ${daysMax} days before to`);
      const report = await makeReport(
        { store, compliance, settings: policy.settings },
        { merchant: merchant.id, name: merchant.name, livemode: mode === 'live' ? 1 : 0, fromMs, toMs },
      );
      if (form === 'html') return context.html(htmlOf(report), 200, pageHeaders);
      if (form === 'text') return context.text(textOf(report), 200, { 'Breakwater-Decided-By': 'gateway' });
      return answerJson(context, report);
    }),
  );
  app.get(
    '/admin/v1/charges/:id/protection',
    forOperators(async (context) => {
      const charge = await store.read((tx) => tx.first(chargeById, { id: idOf(context) }));
      if (charge === undefined) return noSuch(context, 'charge', idOf(context));
      const known = await compliance.known(charge.merchant_id);
      const assessed = await store.read((tx) =>
        assessCharge(tx, charge.id, known, policy.settings, compliance.history),
      );
      return assessed === undefined
        ? noSuch(context, 'charge', charge.id)
        : answerJson(context, assessedView(assessed));
    }),
  );
};
