import { newScenario } from '../../../scenarios/play/template.ts';

/** Five minutes with four shops; what it expects holds, unless a test changes it. */
export const tinyDay = newScenario('tiny-day')
  .replace('to: "11:00"', 'to: "10:05"')
  .replace('quietMinutes: 30', 'quietMinutes: 10')
  .replace('count: 10', 'count: 4')
  .replace('at: "10:20:00"', 'at: "10:01:00"')
  .replace('until: "10:39:30"', 'until: "10:01:30"')
  .replace('at: "10:35:00"', 'at: "10:03:00"')
  .replace(
    /\nexpect:[\s\S]*$/,
    `
expect:
  - id: well-at-first
    kind: success-rate
    window: { from: "10:00", to: "10:01" }
    atLeast: 0.9
    minimum: { operations: 10 }
`,
  );
