/** What the issuers remember of their cards: attempts, failures, and the devices that passed. Bounded. */
import type { Past } from './risk.ts';

interface Card {
  attemptsMs: number[];
  failuresMs: number[];
  readonly devices: Set<string>;
  passed: boolean;
}

export interface History {
  past(card: string, device: string, atMs: number): Past;
  attempted(card: string, atMs: number): void;
  ended(card: string, device: string, passed: boolean, atMs: number): void;
  reset(): void;
}

/** The card that was used least recently is forgotten, and is as new. */
const CARDS_MAX = 20_000;
const DEVICES_MAX = 20;
const DAY_MS = 86_400_000;
const WINDOW_MS = 600_000;

const since = (times: readonly number[], fromMs: number): number[] => times.filter((atMs) => atMs > fromMs);

/** Cards by their fingerprint: a number is never kept. */
export const createHistory = (): History => {
  const cards = new Map<string, Card>();
  const cardOf = (fingerprint: string): Card => {
    const card = cards.get(fingerprint) ?? { attemptsMs: [], failuresMs: [], devices: new Set(), passed: false };
    cards.delete(fingerprint);
    cards.set(fingerprint, card);
    if (cards.size > CARDS_MAX) cards.delete(cards.keys().next().value ?? '');
    return card;
  };
  return {
    past(fingerprint, device, atMs) {
      const card = cards.get(fingerprint);
      return {
        passedBefore: card?.passed ?? false,
        deviceKnown: card?.devices.has(device) ?? false,
        failedIn24h: card === undefined ? 0 : since(card.failuresMs, atMs - DAY_MS).length,
        attemptsIn10min: card === undefined ? 0 : since(card.attemptsMs, atMs - WINDOW_MS).length,
      };
    },
    attempted(fingerprint, atMs) {
      const card = cardOf(fingerprint);
      card.attemptsMs = [...since(card.attemptsMs, atMs - WINDOW_MS), atMs];
    },
    ended(fingerprint, device, passed, atMs) {
      const card = cardOf(fingerprint);
      if (!passed) {
        card.failuresMs = [...since(card.failuresMs, atMs - DAY_MS), atMs];
        return;
      }
      card.passed = true;
      card.devices.add(device);
      if (card.devices.size > DEVICES_MAX) card.devices.delete(card.devices.values().next().value ?? '');
    },
    reset: () => cards.clear(),
  };
};
