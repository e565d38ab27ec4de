/**
 * What `breakwater new ID` writes: a small scenario that passes the check and explains itself.
 *
 * It is the second thing a newcomer reads, so it is a day that means something: a flood on another
 * tenant, twenty minutes, and the same protections that the July days show.
 */
export const newScenario = (id: string): string => `# ${id}: say in two sentences what happened that day.
#
# Then do the arithmetic, so that the outcome is designed and not found by luck. Workers / mean
# service time = capacity; here 10 / 0.25 s = 40 calls a second. While queueMax / capacity stays below
# the callers' timeout (10 s) success is about capacity / arrivals, beyond it success is 0.
# Check this file with: npx breakwater check ${id}.yaml
# The format of this file.
format: 1
id: ${id}
# The heading in breakwater list; own: a day of your own.
group: own
title:
  en: A flood on another merchant of the upstream
  ja: 上流接続先の別加盟店への大量アクセス
date: "2026-04-01"
# Hours are Japan's; 25:30 is half past one in the night after.
day: { from: "10:00", to: "11:00" }
# After the day no operation starts; within this time the books must be straight.
quietMinutes: 30

# Documents that events may cite, by id.
sources:
  - id: report
    document: report-2026-04-01.txt
    title: { en: Our own report of the day, ja: 当日の障害報告 }

# Quantities of the world and the cast: where they come from, or why they were assumed.
grounds:
  - what: Payments fail from 10:20 to 10:40
    source: { document: report, line: 3 }
  - what: Capacity of the upstream, 10 workers of 250 ms
    assumed: never measured; scaled down so that an hour plays in seconds

world:
  acquirers:
    - id: escott
      dialect: escott
      capacity: { workers: 10, queueMax: 500 }
      background: [{ id: other-merchants, ratePerSecond: 8 }]
    - id: gmo
      dialect: gmo-pg
      capacity: { workers: 10, queueMax: 300 }
      background: [{ id: other-shops, ratePerSecond: 8 }]
  links:
    # Lognormal: half of the crossings take less than latencyMs.
    default: { latencyMs: 10, sigma: 0.3 }
  gateway: { instances: 1 }

cast:
  # Members are called shop-1, shop-2, ... Whatever is not said has a default (breakwater check --schema).
  merchants:
    - { group: shop, count: 10, operationsPerSecond: 0.2 }

timeline:
  - id: flood
    at: "10:20:00"
    source: { document: report, line: 5 }
    what: { kind: flood, acquirer: escott, tenant: another-merchant, ratePerSecond: 160, until: "10:39:30" }
  - id: first-notice
    at: "10:35:00"
    assumed: the report does not say when people were told
    # Only under these policies: a person acts where no machine does.
    under: [as-it-was]
    what:
      kind: human-notice
      stage: investigating
      title: { en: Trouble with the upstream, ja: 上流接続先の障害 }
      text: { en: Payments fail since about 10:20., ja: 10:20頃から決済処理が失敗しています。 }
      components: [create_charge, capture, refund, card_registration]

# Names of scenarios/policies/, or files relative to this one.
policies: [as-it-was, protected]

# Each names the traffic without which it would prove nothing.
expect:
  - id: hurt-in-the-window
    kind: success-rate
    under: [as-it-was]
    window: { from: "10:20", to: "10:40" }
    atMost: 0.5
    minimum: { operations: 1000, faults: 10000 }
  - id: ordinary-operations-succeed
    kind: success-rate
    under: [protected]
    window: { from: "10:20", to: "10:40" }
    atLeast: 0.98
    minimum: { operations: 1000, faults: 10000 }
  - id: books-equal
    kind: money
    minimum: { operations: 3000, charges: 1000 }
`;
