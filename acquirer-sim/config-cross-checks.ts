/**
 * What parts of a configuration must say of each other: names that are used once, and names that
 * somebody has. Reads any value, so that these faults are named beside those of shape.
 */
export interface CrossFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Item = Readonly<Record<string, unknown>>;

const itemsOf = (config: unknown, list: string): readonly Item[] => {
  const found = typeof config === 'object' && config !== null ? (config as Item)[list] : undefined;
  if (!Array.isArray(found)) return [];
  return found.map((item: unknown) => (typeof item === 'object' && item !== null ? (item as Item) : {}));
};

const namesOf = (items: readonly Item[], ...keys: readonly string[]): (string | undefined)[] =>
  items.map((item) => keys.map((key) => item[key]).find((value) => typeof value === 'string') as string | undefined);

const repeated = (names: readonly (string | undefined)[]): number[] =>
  names.flatMap((name, index) => (name !== undefined && names.indexOf(name) < index ? [index] : []));

export const crossFaults = (config: unknown): CrossFault[] => {
  const faults: CrossFault[] = [];
  const refuse = (path: readonly (string | number)[], message: string) => faults.push({ path, message });
  const tenants = itemsOf(config, 'tenants');
  const ids = namesOf(tenants, 'id');
  const background = namesOf(itemsOf(config, 'background'), 'id');
  const injections = itemsOf(config, 'injections');
  const watched = namesOf(itemsOf(config, 'operators'), 'tenant');

  for (const index of repeated(ids)) refuse(['tenants', index, 'id'], 'is used twice');
  for (const index of repeated(namesOf(tenants, 'shopId', 'merchantId'))) {
    refuse(['tenants', index], 'has the merchant or shop id of another tenant');
  }
  for (const index of repeated(background)) refuse(['background', index, 'id'], 'is used twice');
  for (const index of repeated(namesOf(injections, 'id'))) refuse(['injections', index, 'id'], 'is used twice');
  for (const index of repeated(watched)) refuse(['operators', index, 'tenant'], 'is watched twice');

  const known = new Set([...ids, ...background]);
  const traffic = injections.flatMap((item) => (item.kind === 'traffic' ? [item.tenant] : []));
  for (const [index, id] of watched.entries()) {
    if (id === undefined || known.has(id)) continue;
    refuse(['operators', index, 'tenant'], 'is neither a tenant nor background traffic');
  }
  for (const [index, id] of namesOf(injections, 'tenant').entries()) {
    if (id === undefined || known.has(id) || traffic.includes(id)) continue;
    refuse(['injections', index, 'tenant'], 'is neither a tenant nor background traffic');
  }

  const sites = new Map<unknown, string>();
  for (const [index, { site }] of tenants.entries()) {
    if (typeof site !== 'object' || site === null) continue;
    const { siteId } = site as Item;
    const settings = JSON.stringify(site);
    if ((sites.get(siteId) ?? settings) !== settings) {
      refuse(['tenants', index, 'site'], 'names a site that another tenant describes otherwise');
    }
    sites.set(siteId, settings);
  }
  return faults;
};
