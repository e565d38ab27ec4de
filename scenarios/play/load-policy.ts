/**
 * From a policy's name or file to a checked policy, or to its faults with their places.
 *
 * A file may say `extends: <name or file>` and then only what differs: mappings are merged key by
 * key, everything else (lists too) is replaced. What is checked is the merged whole.
 */
import { existsSync } from 'node:fs';
import { Policy } from '../../gateway/app.ts';
import type { DataFault, Fault } from './faults.ts';
import { policyFileOf, policyNameOf } from './policy-files.ts';
import { readBytes } from './read-bytes.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';
import { faultsOfIssues } from './zod-faults.ts';

export type LoadedPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      /** Its own name, then those it extends, the nearest first. */
      readonly lineage: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The merged data and the files it came from, the named one first. */
type Layers =
  | { readonly ok: true; readonly value: unknown; readonly files: readonly YamlFile[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

type Mapping = Readonly<Record<string, unknown>>;
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `over` says instead of `base`, key by key; lists are replaced. */
export const merge = (base: unknown, over: unknown): unknown => {
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over))
    merged.set(key, merged.has(key) ? merge(merged.get(key), value) : value);
  return Object.fromEntries(merged);
};

const layersOf = (file: string, above: readonly string[]): Layers => {
  const bytes = readBytes(file);
  if (!(bytes instanceof Uint8Array)) return { ok: false, faults: [bytes] };
  const reading = readYaml(file, bytes);
  if (!reading.ok) return reading;
  const { yaml } = reading;
  if (!isMapping(yaml.value) || !('extends' in yaml.value)) return { ok: true, value: yaml.value, files: [yaml] };

  const { extends: name, ...own } = yaml.value;
  const refuse = (reason: string): Layers => ({ ok: false, faults: [yaml.place({ path: ['extends'], reason })] });
  if (typeof name !== 'string') return refuse('must be the name or file of a policy');
  const base = policyFileOf(name, file);
  if ([...above, file].includes(base)) return refuse(`${name} extends this policy in turn`);
  if (!existsSync(base)) return refuse(`no policy ${JSON.stringify(name)} (${base})`);
  const below = layersOf(base, [...above, file]);
  return below.ok ? { ok: true, value: merge(below.value, own), files: [yaml, ...below.files] } : below;
};

const nameIn = (value: unknown): string => (isMapping(value) && typeof value.name === 'string' ? value.name : '');

/** The place of a fault in the first file that says anything about it. */
const placeIn = (files: readonly YamlFile[], fault: DataFault): Fault => {
  const says = ({ value }: YamlFile): boolean => {
    let inner: unknown = value;
    for (const step of fault.path) {
      if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, step)) return false;
      inner = (inner as Record<string | number, unknown>)[step];
    }
    return true;
  };
  const [named] = files;
  const file = files.find(says) ?? named;
  if (file === undefined) throw new Error('a policy comes from at least one file');
  return file.place(fault);
};

/** Loads one policy. `namedIn` is the file that names it, where relative files start. */
export const loadPolicy = (entry: string, namedIn?: string): LoadedPolicy => {
  const file = policyFileOf(entry, namedIn);
  const layers = layersOf(file, []);
  if (!layers.ok) return layers;
  const parsed = Policy.safeParse(layers.value);
  if (!parsed.success) {
    const faults = faultsOfIssues(parsed.error.issues, layers.value).map((fault) => placeIn(layers.files, fault));
    return { ok: false, faults };
  }
  const expected = policyNameOf(entry);
  return parsed.data.name === expected
    ? { ok: true, policy: parsed.data, lineage: layers.files.map(({ value }) => nameIn(value)) }
    : {
        ok: false,
        faults: [
          placeIn(layers.files, {
            path: ['name'],
            reason: `must be ${JSON.stringify(expected)}, as the file is called`,
          }),
        ],
      };
};
