/**
 * What k6 sent and was told, as the history that `scenarios/history` judges: pure, and by nothing
 * but the client's own lines.
 */
import type { Operation } from '../history/operation.ts';
import type { ExchangeLine, Line, OperationLine } from './k6-lines.ts';

/** Who may say that nothing was done. Any other 5xx leaves it open. */
const refusing: ReadonlySet<string | null> = new Set([
  'gateway',
  'gateway-limiter',
  'gateway-breaker',
  'gateway-paused',
]);

const outcomeOf = ({ leg, status, outcome, decidedBy, charge }: ExchangeLine): Operation['outcome'] => {
  if (status === null || outcome === 'unknown') return 'unknown';
  if (status === 200) {
    if (outcome === 'deferred') return 'deferred';
    // A read that says "not known" has seen nothing, and a payment that waits for its card holder is none yet.
    if (charge === null || charge.outcome === 'unknown') return 'unknown';
    return leg === 'look' || charge.paid ? 'ok' : 'unknown';
  }
  if (status === 402) return 'declined';
  if (status === 404 && leg === 'look') return 'absent';
  // "In progress": whose answer this client will never have. k6 (Go) sends a request with a key again by itself when
  // a connection that served before breaks, and the first one may be carried out still.
  if (status === 409) return 'unknown';
  if (status < 500) return 'refused';
  return status === 503 && refusing.has(decidedBy) ? 'refused' : 'unknown';
};

const opOf = (line: ExchangeLine, told: OperationLine | undefined): Operation['op'] | null => {
  switch (line.leg) {
    case 'charge':
    case 'finish': {
      const captures = told?.captured ?? line.charge?.captured;
      if (captures === undefined || told?.kind === 'registration') return null;
      return captures ? 'charge' : 'authorise';
    }
    case 'capture':
    case 'refund':
      return line.leg;
    case 'look':
      return 'read';
    default:
      return null;
  }
};

/** Exchanges about charges, one operation each. Tokens, customers and cards are none. */
export const historyOf = (lines: readonly Line[]): Operation[] => {
  const told = new Map<string, OperationLine>();
  for (const line of lines) if (line.t === 'operation') told.set(`${line.member}/${line.ordinal}`, line);
  return lines.flatMap((line): Operation[] => {
    if (line.t !== 'exchange') return [];
    const intent = told.get(`${line.member}/${line.ordinal}`);
    const op = opOf(line, intent);
    if (op === null) return [];
    const outcome = outcomeOf(line);
    // A capture, refund or look without an answer is about the charge that its client had in hand.
    const object = line.chargeId ?? (op === 'charge' || op === 'authorise' ? null : (intent?.chargeId ?? null));
    const { charge } = line;
    return [
      {
        client: line.member,
        op,
        key: line.key,
        object,
        amountYen: line.amountYen,
        startedAtMs: line.sentMs,
        endedAtMs: line.answeredMs,
        outcome: object === null && outcome === 'absent' ? 'unknown' : outcome,
        ...(op === 'read' && outcome === 'ok' && charge !== null
          ? { seen: { paid: charge.paid, captured: charge.captured, refundedYen: charge.refundedYen } }
          : {}),
      },
    ];
  });
};

/** Charges that a write was acknowledged of and that no later read showed: of those nobody knows whether the write lasted. */
export const unreadIn = (operations: readonly Operation[]): readonly string[] => {
  const writtenMs = new Map<string, number>();
  const readMs = new Map<string, number>();
  for (const { op, object, outcome, startedAtMs, endedAtMs } of operations) {
    if (object === null) continue;
    const book = op === 'read' ? readMs : writtenMs;
    const atMs = op === 'read' ? startedAtMs : (endedAtMs ?? startedAtMs);
    if (outcome === 'ok') book.set(object, Math.max(book.get(object) ?? 0, atMs));
  }
  return [...writtenMs].filter(([object, atMs]) => (readMs.get(object) ?? -1) < atMs).map(([object]) => object);
};
