/** What is out of reach while a virtual run is on, by the object that holds it. */

export type Holder = Record<PropertyKey, unknown>;
/** [where it lives, members]; a member that this Node does not have is skipped. */
export type Ban = readonly [name: string, holder: unknown, members: readonly string[]];

const builtin = (name: string): unknown => process.getBuiltinModule(name);
const asyncOf = (name: string): string[] => {
  const module = builtin(name) as Holder;
  return Object.keys(module).filter((member) => typeof module[`${member}Sync`] === 'function');
};

/** Read at each run: a member may be new in this Node, or gone. */
export const bans = (): readonly Ban[] => {
  const fs = builtin('node:fs') as Holder;
  const zlib = builtin('node:zlib') as Holder;
  const dns = builtin('node:dns') as Holder;
  const functionsOf = (holder: unknown): string[] =>
    Object.keys(holder as Holder).filter(
      (member) => typeof (holder as Holder)[member] === 'function' && /^[a-z]/.test(member),
    );
  return [
    ['Date', Date, ['now']],
    ['performance', performance, ['now']],
    ['process', process, ['hrtime']],
    [
      'Temporal.Now',
      (globalThis as unknown as { Temporal?: { Now: unknown } }).Temporal?.Now,
      ['instant', 'plainDateISO', 'plainDateTimeISO', 'plainTimeISO', 'zonedDateTimeISO', 'timeZoneId'],
    ],
    ['Math', Math, ['random']],
    [
      '',
      globalThis,
      [
        'setTimeout',
        'setInterval',
        'setImmediate',
        'fetch',
        'MessageChannel',
        'BroadcastChannel',
        'WebSocket',
        'EventSource',
      ],
    ],
    ['timers', builtin('node:timers'), ['setTimeout', 'setInterval', 'setImmediate']],
    ['timers/promises', builtin('node:timers/promises'), ['setTimeout', 'setInterval', 'setImmediate']],
    ['timers/promises.scheduler', (builtin('node:timers/promises') as Holder).scheduler, ['wait', 'yield']],
    ['AbortSignal', AbortSignal, ['timeout']],
    ['crypto', globalThis.crypto, ['randomUUID', 'getRandomValues']],
    [
      'crypto.subtle',
      globalThis.crypto.subtle,
      Object.getOwnPropertyNames(SubtleCrypto.prototype).filter(
        (member) => member !== 'constructor' && member !== 'supports',
      ),
    ],
    [
      'node:crypto',
      builtin('node:crypto'),
      [
        'randomBytes',
        'randomUUID',
        'randomInt',
        'randomFill',
        'randomFillSync',
        'pbkdf2',
        'scrypt',
        'hkdf',
        'argon2',
        'generateKey',
        'generateKeyPair',
        'generatePrime',
        'checkPrime',
      ],
    ],
    ['fs', fs, [...asyncOf('node:fs'), 'createReadStream', 'createWriteStream', 'watch']],
    ['fs.promises', fs.promises, functionsOf(fs.promises)],
    ['dns', dns, functionsOf(dns).filter((member) => !/^(get|set)(Servers|DefaultResultOrder)$/.test(member))],
    [
      'dns.promises',
      dns.promises,
      functionsOf(dns.promises).filter((member) => !/^(get|set)(Servers|DefaultResultOrder)$/.test(member)),
    ],
    ['zlib', zlib, asyncOf('node:zlib')],
    ['http', builtin('node:http'), ['request', 'get']],
    ['https', builtin('node:https'), ['request', 'get']],
    ['net', builtin('node:net'), ['connect', 'createConnection']],
    ['child_process', builtin('node:child_process'), ['exec', 'execFile', 'fork', 'spawn']],
    ['String.prototype', String.prototype, ['localeCompare']],
  ];
};
