/** A policy that extends another, from plain data. Files are read once in a process. */
import { loadPolicy, merge } from '../play/load-policy.ts';

const known = new Map<string, unknown>();

const named = (name: string): unknown => {
  let policy = known.get(name);
  if (policy === undefined) {
    const loaded = loadPolicy(name);
    if (!loaded.ok) throw new Error(`the policy ${name} is not valid`);
    policy = loaded.policy;
    known.set(name, policy);
  }
  return policy;
};

/** Unchecked: `Policy` of the gateway says whether it holds together. */
export const policyWith = (policy: {
  readonly extends: string;
  readonly changes: Readonly<Record<string, unknown>>;
}): unknown => merge(named(policy.extends), policy.changes);
