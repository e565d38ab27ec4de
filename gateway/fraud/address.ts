/** The network of an address: the /24 of IPv4, the /48 of IPv6, as text. Pure. */
export const networkOf = (address: string): string => {
  if (!address.includes(':')) {
    const last = address.lastIndexOf('.');
    return last === -1 ? address : `${address.slice(0, last)}.0/24`;
  }
  // An IPv4 address in IPv6 dress is its own network's.
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return networkOf(mapped);
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/48`;
};
