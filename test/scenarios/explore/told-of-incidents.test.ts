import { describe, expect, it } from 'vitest';
import { createToldOfIncidents } from '../../../scenarios/explore/told-of-incidents.ts';
import type { ExchangeRecord } from '../../../scenarios/stage/exchange.ts';

const notice = (member: string, type: string, arrivedUs: number | null = 1): ExchangeRecord =>
  ({
    path: `/${member}/notices`,
    requestBody: JSON.stringify({ type, incident: 'inc_1' }),
    arrivedUs,
  }) as ExchangeRecord;
const storeOf = (open: number, told: readonly string[]) => ({
  inspect: () => [{ id: 'inc_1', open, record: JSON.stringify({ told }) }] as never,
});

describe('notices of an incident', () => {
  it('are complete when whoever heard of it heard of its end', () => {
    const news = createToldOfIncidents();
    for (const type of ['incident', 'incident_resolved']) news.exchange(notice('shop-1', type));
    expect(news.judge(storeOf(0, ['shop-1']))).toEqual({ judged: 1, violations: [] });
  });

  it('are not when somebody never hears that it is over', () => {
    const news = createToldOfIncidents();
    news.exchange(notice('shop-1', 'incident'));
    expect(news.judge(storeOf(0, ['shop-1'])).violations).toMatchObject([{ objects: ['inc_1', 'shop-1'] }]);
    expect(news.judge(storeOf(1, ['shop-1'])).violations).toEqual([]);
  });

  it('are not when somebody counts as told whom nothing reached', () => {
    const news = createToldOfIncidents();
    news.exchange(notice('shop-1', 'incident', null));
    expect(news.judge(storeOf(1, ['shop-1'])).violations).toMatchObject([{ check: 'TOLD' }]);
  });
});
