/**
 * A shrunk failure as a scenario file, and beside it the policy if it needs one of its own. Whoever mends the mistake
 * moves them to `test/scenarios/explore/found/`, where they are replayed for good.
 */
import { stringify } from 'yaml';
import { excusedOf } from '../judged.ts';
import type { Shrunk } from '../messages.ts';

export interface FailureFile {
  readonly name: string;
  readonly text: string;
}

const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');

/** The scenario first. */
export const failureFiles = ({ world, violation, faults, payments }: Shrunk): readonly FailureFile[] => {
  const { check, text } = violation;
  const id = `${check.toLowerCase()}-seed-${world.seed}`;
  const own = Object.keys(world.policy.changes).length > 0;
  const policyName = `${id}-policy`;
  const excused = excusedOf(world);
  const scenario = {
    ...world.scenario,
    id,
    title: { en: `${check}, found by seed ${world.seed}`, ja: `${check}（シード ${world.seed} で発見）` },
    seed: world.seed,
    policies: [own ? `./${policyName}.yaml` : world.policy.extends],
    expect: [
      {
        id: 'invariants-hold',
        kind: 'invariants',
        judged: ['INV-06'],
        ...(excused.length === 0 ? {} : { excused }),
        minimum: { charges: 1 },
      },
      ...(check === 'SETTLED' ? [{ id: 'nothing-left-undone', kind: 'money', minimum: { charges: 1 } }] : []),
    ],
  };
  const head = [
    `${check} fails with ${faults} ${faults === 1 ? 'fault' : 'faults'} and ${payments} ${payments === 1 ? 'payment' : 'payments'}, cut down from seed ${world.seed} (${world.mode}).`,
    text.split('\n', 1)[0] ?? '',
  ].join('\n');
  return [
    { name: `${id}.yaml`, text: `${comment(head)}\n${stringify(scenario, { lineWidth: 120 })}` },
    ...(own
      ? [
          {
            name: `${policyName}.yaml`,
            text: stringify({
              extends: world.policy.extends,
              name: policyName,
              title: { en: `Policy of ${id}`, ja: `${id} のポリシー` },
              ...world.policy.changes,
            }),
          },
        ]
      : []),
  ];
};
