import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { changed, faultsOf, goodText, placeOf } from './parse.ts';

/** One change to a good file, the piece of the changed file that must be named, and the reason. */
type Wrong = readonly [what: string, from: string, to: string, piece: string, path: string, reason: string];

const wrongs: readonly Wrong[] = [
  ['an unknown key at the top', 'quietMinutes: 30', 'quietMinutes: 30\nquiet: 3', 'quiet: 3', 'quiet', 'unknown key'],
  [
    'an unknown key in an event',
    'ratePerSecond: 160,',
    'ratePerSecond: 160, speed: 4,',
    'speed: 4',
    'timeline[0].what.speed',
    'unknown key',
  ],
  [
    'an unknown key of the cast',
    'operationsPerSecond: 0.2',
    'operationsPerSecond: 0.2, mood: bad',
    'mood: bad',
    'cast.merchants[0].mood',
    'unknown key',
  ],
  [
    'an unknown key of an acquirer',
    'background: [{ id: other-merchants, ratePerSecond: 8 }]',
    'background: [{ id: other-merchants, ratePerSecond: 8 }]\n      errorRate: 0.5',
    'errorRate',
    'world.acquirers[0].errorRate',
    'unknown key',
  ],
  [
    'an unknown kind of event',
    'kind: flood',
    'kind: meteor',
    'meteor',
    'timeline[0].what.kind',
    'must be one of flood,',
  ],
  [
    'an event before the day',
    'at: "10:20:00"',
    'at: "09:59:59"',
    '"09:59:59"',
    'timeline[0].at',
    '09:59:59 is outside the day (10:00-11:00)',
  ],
  [
    'an event after the day',
    'at: "10:35:00"',
    'at: "11:00:01"',
    '"11:00:01"',
    'timeline[1].at',
    '11:00:01 is outside the day (10:00-11:00)',
  ],
  ['a time that is none', 'at: "10:20:00"', 'at: "10:60"', '"10:60"', 'timeline[0].at', 'must be a time of day'],
  [
    'an end before its beginning',
    'until: "10:39:30"',
    'until: "10:19:00"',
    '"10:19:00"',
    'timeline[0].what.until',
    '10:19:00 is not after 10:20:00',
  ],
  [
    'an end outside the day',
    'until: "10:39:30"',
    'until: "12:00"',
    '"12:00"',
    'timeline[0].what.until',
    '12:00 is outside the day (10:00-11:00)',
  ],
  [
    'a member that is not in the cast',
    'what: { kind: flood, acquirer: escott, tenant: another-merchant, ratePerSecond: 160, until: "10:39:30" }',
    'what: { kind: traffic, member: shop-11, action: start }',
    'shop-11',
    'timeline[0].what.member',
    '"shop-11" is not in the cast (shop-1, shop-2,',
  ],
  [
    'an acquirer that is not in the world',
    'acquirer: escott, tenant',
    'acquirer: visa, tenant',
    'visa',
    'timeline[0].what.acquirer',
    '"visa" is not an acquirer of this world (escott, gmo)',
  ],
  [
    'a link between strangers',
    'what: { kind: flood, acquirer: escott, tenant: another-merchant, ratePerSecond: 160, until: "10:39:30" }',
    'what: { kind: link, link: gateway->moon, toxic: { type: down }, until: "10:30" }',
    'gateway->moon',
    'timeline[0].what.link',
    'is not a link',
  ],
  [
    'a program that nobody runs',
    'what: { kind: flood, acquirer: escott, tenant: another-merchant, ratePerSecond: 160, until: "10:39:30" }',
    'what: { kind: process, program: gateway-2, action: kill }',
    'gateway-2',
    'timeline[0].what.program',
    '"gateway-2" is not a program of this world (gateway-1,',
  ],
  [
    'an unknown policy',
    'policies: [as-it-was, protected]',
    'policies: [as-it-was, protected, hopeful]',
    'hopeful',
    'policies[2]',
    'no policy "hopeful"',
  ],
  [
    'a policy under which the scenario is not played',
    'under: [protected]',
    'under: [protected-late]',
    'protected-late',
    'expect[1].under[0]',
    '"protected-late" is not a policy of this scenario (as-it-was, protected)',
  ],
  [
    'a second event of the same id',
    'id: first-notice',
    'id: flood',
    'flood\n    at: "10:35',
    'timeline[1].id',
    'already taken',
  ],
  [
    'a second acquirer of the same id',
    'id: gmo\n',
    'id: escott\n',
    'escott\n      dialect: gmo',
    'world.acquirers[1].id',
    'already taken',
  ],
  [
    'a second expectation of the same id',
    'id: books-equal',
    'id: hurt-in-the-window',
    'hurt-in-the-window\n    kind: money',
    'expect[2].id',
    'already taken',
  ],
  [
    'a document that is not listed',
    'source: { document: report, line: 5 }',
    'source: { document: diary, line: 5 }',
    'diary',
    'timeline[0].source.document',
    '"diary" is not one of the sources (report)',
  ],
  [
    'an event without source or assumption',
    '    source: { document: report, line: 5 }\n',
    '',
    'id: flood',
    'timeline[0]',
    'needs exactly one of source and assumed',
  ],
  [
    'an event with both',
    'assumed: the report does not say when people were told',
    'assumed: the report does not say when people were told\n    source: { document: report, line: 9 }',
    'id: first-notice',
    'timeline[1]',
    'needs exactly one of source and assumed',
  ],
  [
    'an assumption without a reason',
    'the report does not say when people were told',
    'so',
    'so\n',
    'timeline[1].assumed',
    'must say the reason',
  ],
  [
    'an expectation without minimum traffic',
    '    minimum: { operations: 3000, charges: 1000 }\n',
    '',
    'id: books-equal',
    'expect[2].minimum',
    'is missing',
  ],
  [
    'an expectation whose minimum says nothing',
    'minimum: { operations: 3000, charges: 1000 }',
    'minimum: {}',
    'minimum: {}',
    'expect[2].minimum',
    'must name at least one of operations, faults, charges',
  ],
  [
    'a window outside the day',
    'window: { from: "10:20", to: "10:40" }\n    atMost',
    'window: { from: "10:20", to: "11:40" }\n    atMost',
    'window: { from: "10:20", to: "11:40" }',
    'expect[0].window',
    '11:40 is outside the day',
  ],
  [
    'a day without length',
    'to: "11:00" }',
    'to: "10:00" }',
    '"10:00" }\n# After',
    'day.to',
    '10:00 is not after 10:00',
  ],
  ['a date that never was', '"2026-04-01"\n', '"2026-02-30"\n', '"2026-02-30"', 'date', 'invalid ISO date'],
  ['a missing title', '  ja: 上流接続先の別加盟店への大量アクセス\n', '', 'title:', 'title.ja', 'is missing'],
  [
    'text where a number belongs',
    'quietMinutes: 30',
    'quietMinutes: half an hour',
    'half an hour',
    'quietMinutes',
    'must be a number, not "half an hour"',
  ],
  [
    'operators who watch a stranger',
    'background: [{ id: other-merchants, ratePerSecond: 8 }]',
    'background: [{ id: other-merchants, ratePerSecond: 8 }]\n      operators: [{ tenant: nobody, thresholdPerSecond: 1, decideAfterMs: 1, reactAfterMs: 1, capPerSecond: 1, liftBelowPerSecond: 1, liftAfterMs: 1, noticeAfterMs: 1 }]',
    'nobody',
    'world.acquirers[0].operators[0].tenant',
    '"nobody" is not a tenant of this acquirer (gateway, other-merchants)',
  ],
];

describe('a scenario file', () => {
  it('passes when it is right', () => {
    expect(faultsOf(goodText)).toEqual([]);
  });

  it.each(wrongs)('with %s is refused at that place, in one line', (_, from, to, piece, path, reason) => {
    const text = changed(from, to);
    const faults = faultsOf(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`day.yaml:${placeOf(text, piece)}: ${path}: `);
    expect(faults[0]).toContain(reason);
    expect(faults[0]).not.toContain('\n');
  });

  it('names every fault at once, in the order of the file', () => {
    const text = changed('quietMinutes: 30', 'quietMinutes: 0\nquiet: 1').replace('kind: money', 'kind: riches');
    expect(faultsOf(text).map((fault) => fault.split(': ')[1])).toEqual(['quietMinutes', 'quiet', 'expect[2].kind']);
  });
});

describe('a file that is no scenario', () => {
  it.each([
    ['a mapping that never closes', 'id: {a: 1\n', 'day.yaml:2:1: not YAML: '],
    ['tabs for indentation', 'day:\n\tfrom: x', 'day.yaml:2:1: not YAML: '],
    ['a key twice', 'id: a\ndate: x\nid: b\n', 'day.yaml:3:1: not YAML: Map keys must be unique'],
    ['two documents', 'id: a\n---\nid: b\n', 'day.yaml:2:1: not YAML: '],
    ['a tag of another world', 'id: !!js/function 1\n', 'day.yaml:1:5: not YAML: Unresolved tag'],
    ['an alias of nothing', 'id: *name\n', 'day.yaml:1:5: not YAML: no anchor &name'],
    ['a page of the web', '<html><body>404</body></html>', 'day.yaml:1:1: must be a mapping, not "<html>'],
    ['a list', '- id: a\n', 'day.yaml:1:1: must be a mapping, not a list'],
    ['nothing', '', 'day.yaml:1:1: must be a mapping, not nothing'],
  ])('is refused when it is %s', (_, text, start) => {
    expect(faultsOf(text).map((fault) => fault.slice(0, start.length))).toEqual([start]);
  });

  it('is refused when it is not UTF-8', () => {
    expect(faultsOf(new Uint8Array([0x69, 0x64, 0x3a, 0xff, 0xfe]))).toEqual(['day.yaml:1:1: is not text in UTF-8']);
  });

  it('is refused when its aliases multiply without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
      .concat(
        ['b', 'c', 'd', 'e', 'f', 'g'].map(
          (name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[index]}`).join(',')}]`,
        ),
      )
      .join('\n');
    const [fault, ...more] = faultsOf(bomb);
    expect(fault).toMatch(/^day\.yaml:1:1: not YAML: Excessive alias count/);
    expect(more).toEqual([]);
  });

  it('is refused when it is larger than anybody writes', () => {
    expect(faultsOf(new Uint8Array(1_048_577).fill(32))).toEqual(['day.yaml:1:1: is larger than 1048576 bytes']);
  });

  it('keeps a hostile key from becoming a prototype', () => {
    expect(faultsOf('__proto__: { id: a }\n')).toContain('day.yaml:1:1: __proto__: unknown key');
  });

  it('is named when it is not there', () => {
    expect(loadScenario('no/such/file.yaml')).toEqual({
      ok: false,
      faults: [{ file: 'no/such/file.yaml', line: 1, column: 1, path: '', reason: 'no such file' }],
    });
    expect(loadScenario('test')).toMatchObject({ ok: false, faults: [{ reason: 'is a directory' }] });
  });
});
