/** The life of a payment as what passed between programs: plain data, drawn by `diagram-text.ts` and `diagram-svg.ts`. */

/** One exchange: the request's arrow and, where one came, the answer's. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** What was asked, e.g. `POST /v1/charges` or `1Auth`. */
  readonly asked: string;
  /** What came back, e.g. `200 captured`; empty when nothing is known of it. */
  readonly answer: string;
  /** Milliseconds since the scenario's start. */
  readonly sentMs: number;
  readonly endedMs: number;
  /** `lost`: no complete answer reached the caller. `not-sent`: nothing left it. */
  readonly outcome: 'answered' | 'lost' | 'not-sent';
}

export interface Diagram {
  readonly title: string;
  /** In order of sending. */
  readonly arrows: readonly Arrow[];
  /** Later arrows that were left out. */
  readonly dropped: number;
}

/** One thing that is drawn: exchanges that overlap are two lines apart each. */
export interface Step {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly kind: 'request' | 'answer' | 'lost' | 'not-sent';
}

/** Requests and answers in order of time. An answer that follows its request at the same moment stays behind it. */
export const stepsOf = ({ arrows }: Diagram): Step[] => {
  const steps = arrows.flatMap((arrow, order): { step: Step; order: number }[] => {
    const { from, to, asked, answer, sentMs, endedMs, outcome } = arrow;
    if (outcome === 'not-sent')
      return [{ order: order * 2, step: { atMs: sentMs, from, to, text: `${asked}: not sent`, kind: 'not-sent' } }];
    const request: Step = { atMs: sentMs, from, to, text: asked, kind: 'request' };
    const reply: Step =
      outcome === 'answered'
        ? { atMs: endedMs, from: to, to: from, text: answer, kind: 'answer' }
        : { atMs: endedMs, from: to, to: from, text: answer === '' ? 'no answer' : `lost: ${answer}`, kind: 'lost' };
    return [
      { order: order * 2, step: request },
      { order: order * 2 + 1, step: reply },
    ];
  });
  return steps.sort((one, other) => one.step.atMs - other.step.atMs || one.order - other.order).map(({ step }) => step);
};

/** Columns of a diagram, in the order in which payments run: merchants, gateways, acquirers, others. */
export const lanesOf = ({ arrows }: Diagram): string[] => {
  const names = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const rank = (name: string): number =>
    name === 'cast' ? 0 : name.startsWith('gateway') ? 1 : name === 'merchants' ? 3 : 2;
  return [...names].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
};

/** `12:34.567` since the scenario's start; minutes grow beyond 60. */
export const clockText = (atMs: number): string => {
  const sign = atMs < 0 ? '-' : '';
  const whole = Math.round(Math.abs(atMs));
  const seconds = Math.floor(whole / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${sign}${two(Math.floor(seconds / 60))}:${two(seconds % 60)}.${String(whole % 1000).padStart(3, '0')}`;
};
