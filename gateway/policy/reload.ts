/**
 * Another policy for a gateway that is running: read again from where it came from, checked whole,
 * and taken section by section. One that is refused changes nothing.
 *
 * Some sections are only asked for at the moment of use and change at once (`liveSections`), and of `fraud` the rules,
 * which are made ready anew while what was learnt stays; the
 * others are built into what is running (evidence that breakers hold, timers of incidents), and
 * are named as waiting for a restart rather than half taken.
 */
import type { Log } from '../ports.ts';
import type { Policy } from './schema.ts';

export const liveSections = ['limits', 'abuse'] as const;

/** A policy, or what is wrong with it: one line each, with its path and the reason. */
export type PolicyRead =
  | { readonly ok: true; readonly value: Policy }
  | { readonly ok: false; readonly faults: readonly string[] };

export type Reloaded =
  | {
      readonly ok: true;
      readonly name: string;
      /** Sections that are different and hold from now on. */
      readonly applied: readonly string[];
      /** Sections that are different and will hold after a restart. */
      readonly afterRestart: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly string[] };

export interface RunningPolicy {
  /** What holds now. Its live sections are replaced while it runs: read them when they are needed. */
  readonly policy: Policy;
  reload(): Reloaded;
}

export const createRunningPolicy = (deps: {
  readonly policy: Policy;
  /** Absent: there is nothing that it could be read from again. */
  readonly read?: (() => PolicyRead) | undefined;
  readonly log: Log;
  readonly onApplied: (policy: Policy) => void;
  /** The fraud rules' own file, looked at with the policy's. Faults: nothing of either is taken. */
  readonly readRules?: () => readonly { readonly path: string; readonly reason: string }[];
  /** The policy's fraud rules are others now. */
  readonly onRules?: (rules: Policy['fraud']['rules']) => void;
}): RunningPolicy => {
  const { read, log } = deps;
  const policy: { -readonly [Section in keyof Policy]: Policy[Section] } = { ...deps.policy };

  const reload = (): Reloaded => {
    const next: PolicyRead = read?.() ?? { ok: false, faults: ['this gateway was started without a policy file'] };
    if (!next.ok) {
      log.error({ event: 'policy.refused', running: policy.name, faults: next.faults });
      return next;
    }
    const ruleFaults = deps.readRules?.() ?? [];
    if (ruleFaults.length > 0) {
      const faults = ruleFaults.map(({ path, reason }) => `fraud rules: ${path === '' ? '' : `${path}: `}${reason}`);
      log.error({ event: 'policy.refused', running: policy.name, faults });
      return { ok: false, faults };
    }
    const differs = (section: keyof Policy): boolean =>
      JSON.stringify(policy[section]) !== JSON.stringify(next.value[section]);
    const changed = (Object.keys(next.value) as (keyof Policy)[]).filter(differs);
    const isLive = (section: keyof Policy): boolean =>
      section === 'name' || section === 'title' || (liveSections as readonly string[]).includes(section);
    const newRules = JSON.stringify(policy.fraud.rules) !== JSON.stringify(next.value.fraud.rules);
    // With the running rules' own ones in their place, what is left of `fraud` waits like any other section.
    const waits = (section: keyof Policy): boolean =>
      !isLive(section) &&
      (section !== 'fraud' ||
        JSON.stringify({ ...next.value.fraud, rules: policy.fraud.rules }) !== JSON.stringify(policy.fraud));
    const applied: string[] = changed.filter(isLive);
    const afterRestart = changed.filter(waits);
    if (newRules) {
      applied.push('fraud.rules');
      policy.fraud = { ...policy.fraud, rules: next.value.fraud.rules };
      deps.onRules?.(policy.fraud.rules);
    }
    policy.name = next.value.name;
    policy.title = next.value.title;
    for (const section of liveSections) Object.assign(policy, { [section]: next.value[section] });
    deps.onApplied(policy);
    log.info({ event: 'policy.reloaded', name: policy.name, applied, afterRestart });
    return { ok: true, name: policy.name, applied, afterRestart };
  };

  return { policy, reload };
};
