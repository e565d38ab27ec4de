/** Rows of the catalogue that other doors bring about: no rule is needed, because their cause is here. */
import type { Words } from './kind.ts';

export interface Elsewhere {
  readonly rows: readonly string[];
  readonly title: Words;
  /** What to call instead. */
  readonly door: string;
}

export const elsewhere: readonly Elsewhere[] = [
  {
    rows: ['ACQ-18', 'CAP-10'],
    title: { en: 'limits tightened without notice', ja: '予告なしの流量制限' },
    door: 'PUT /sim/v1/caps/:tenant {"ratePerSecond": …}, an injection of kind "cap", or the operators of the configuration',
  },
  {
    rows: ['ACQ-19'],
    title: { en: 'a maintenance window of the front', ja: '前段のメンテナンス時間帯' },
    door: 'an injection of kind "maintenance"; the rule of that name is for one that only some requests meet',
  },
  {
    rows: ['CAP-01', 'CAP-02'],
    title: { en: 'a flash crowd, or a flood of one tenant', ja: 'アクセス集中、単一テナントの大量送信' },
    door: 'PUT /sim/v1/tenants/:id/traffic {"ratePerSecond": …}, or an injection of kind "traffic"',
  },
  {
    rows: ['CAP-03', 'CAP-04'],
    title: { en: 'merchants in step, a storm of retries', ja: '加盟店の同時送信、再送の嵐' },
    door: 'the callers: the cast of a scenario',
  },
  {
    rows: ['CAP-05', 'CAP-06', 'CAP-07', 'CAP-08', 'GRY-01'],
    title: { en: 'fewer workers, a shorter queue, slower service', ja: 'ワーカー減、待ち行列の縮小、処理の低速化' },
    door: 'PUT /sim/v1/capacity {"workers": …, "queueMax": …, "slowdown": …}, or an injection of kind "capacity", "recovery", "connections"',
  },
  {
    rows: ['NET-10', 'GRY-02'],
    title: { en: 'flapping; one of several nodes', ja: '断続的な障害、一部ノードの障害' },
    door: 'every kind: "when.flapping"; "share" with "together": {"by": "card"}',
  },
  {
    rows: ['GRY-04'],
    title: { en: 'figures stop while the service is well', ja: 'サービスは正常で計測だけ止まる' },
    door: 'nothing: an acquirer publishes no figures',
  },
  {
    rows: ['NET-11', 'NET-12', 'NET-13', 'NET-14', 'NET-15', 'NET-16', 'NET-17'],
    title: { en: 'names and certificates', ja: '名前解決と証明書' },
    door: "nothing: the simulator is spoken to by plain HTTP, and names are the caller's",
  },
];
