/** What operators decided about an acquirer in place of its breakers, until when. */
export const breakerOverrides: readonly string[] = [
  `create table breaker_overrides (
     acquirer text primary key, state text not null, operator text not null, reason text not null,
     at_ms bigint not null, until_ms bigint not null)`,
];
