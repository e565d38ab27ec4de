import { describe, expect, it } from 'vitest';
import { arrowFaults } from './arrows.ts';
import { readSources } from './source.ts';

const faults = (path: string, ...lines: readonly string[]): string[] => arrowFaults({ path, text: lines.join('\n') });
/** The place only, `file:line`, of each fault. */
const places = (path: string, ...lines: readonly string[]): string[] =>
  faults(path, ...lines).map((fault) => fault.split(' ')[0]!);

describe('the house', () => {
  it('holds every import arrow', () => {
    const files = readSources('gateway', 'acquirer-sim', 'scenarios', 'load', 'test');
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap(arrowFaults)).toEqual([]);
  });
});

describe('the import arrows', () => {
  it('name the file, the line, what was imported and why not', () => {
    expect(
      faults(
        'gateway/charges/service.ts',
        "import { z } from 'zod';",
        '',
        "import { x } from '../../acquirer-sim/app.ts';",
      ),
    ).toEqual(['gateway/charges/service.ts:3 imports ../../acquirer-sim/app.ts: the gateway imports only itself']);
  });

  it.each([
    ['gateway/app.ts', '../acquirer-sim/ports.ts'],
    ['gateway/app.ts', '../scenarios/stage/clock.ts'],
    ['gateway/app.ts', '../test/contracts/clock-contract.ts'],
    ['gateway/app.ts', '../load/plan.ts'],
    ['gateway/app.ts', '../package.json'],
    ['acquirer-sim/control/routes.ts', '../../gateway/ports.ts'],
    ['acquirer-sim/app.ts', '../scenarios/play/world.ts'],
    ['scenarios/stage/network.ts', '../../gateway/charges/service.ts'],
    ['scenarios/stage/network.ts', '../../gateway/policy/schema.ts'],
    ['scenarios/stage/network.ts', '../../acquirer-sim/ports.ts'],
    ['scenarios/stage/network.ts', '../../load/plan.ts'],
    ['scenarios/cli/main.ts', '../../test/house/source.ts'],
    ['gateway/status-page/page.ts', '../../acquirer-sim/app.ts'],
    ['load/steady.ts', '../gateway/ports.ts'],
    ['load/steady.ts', 'zod'],
    ['load/steady.ts', 'node:fs'],
    ['load/steady.ts', 'k60'],
    ['gateway/app.ts', '/work/acquirer-sim/app.ts'],
    ['gateway/app.ts', 'file:///acquirer-sim/app.ts'],
  ])('refuse %s importing %s, even as types', (path, target) => {
    expect(places(path, `import { a } from '${target}';`)).toEqual([`${path}:1`]);
    expect(places(path, '', `import type { A } from '${target}';`)).toEqual([`${path}:2`]);
  });

  it.each([
    ['gateway/charges/routes.ts', '../http/errors.ts'],
    ['gateway/app.ts', './status-page/facts.ts'],
    ['gateway/app.ts', 'hono'],
    ['acquirer-sim/app.ts', './ports.ts'],
    ['gateway/status-page/app.ts', './facts.ts'],
    ['scenarios/stage/instance.ts', '../../gateway/app.ts'],
    ['scenarios/stage/instance.ts', '../../gateway/status-page/app.ts'],
    ['scenarios/stage/instance.ts', '../../acquirer-sim/app.ts'],
    ['scenarios/cli/main.ts', '../stage/clock.ts'],
    ['scenarios/setup.mjs', 'node:fs'],
    ['load/steady.ts', './plan.ts'],
    ['load/steady.ts', 'k6'],
    ['load/steady.ts', 'k6/http'],
    ['test/gateway/charges/charge.test.ts', '../../../gateway/charges/charge.ts'],
  ])('let %s import %s', (path, target) => {
    expect(faults(path, `import { a } from '${target}';`)).toEqual([]);
  });

  it.each([
    ['gateway/status-page/probe.ts', '../ports.ts'],
    ['scenarios/stage/clock.ts', '../../gateway/ports.ts'],
  ])('let %s import %s as types, and as nothing else', (path, target) => {
    expect(places(path, `import type { Clock } from '${target}';`)).toEqual([]);
    expect(places(path, `import { Clock } from '${target}';`)).toEqual([`${path}:1`]);
    // Stripped of its types this statement still loads the file.
    expect(places(path, `import { type Clock } from '${target}';`)).toEqual([`${path}:1`]);
  });

  it('keep the set-up file free of packages, which are not there yet when it runs', () => {
    expect(places('scenarios/setup.mjs', "import { z } from 'zod';")).toEqual(['scenarios/setup.mjs:1']);
  });

  it('see every way to import', () => {
    const lines = [
      "export { a } from '../acquirer-sim/a.ts';",
      "export * from '../acquirer-sim/b.ts';",
      "const c = await import('../acquirer-sim/c.ts');",
      "type D = import('../acquirer-sim/d.ts').D;",
      "const e = require('../acquirer-sim/e.ts');",
      "import '../acquirer-sim/f.ts';",
      "export type { G } from '../acquirer-sim/g.ts';",
      "const h = await import(c + '/h.ts');",
    ];
    expect(places('gateway/app.ts', ...lines)).toEqual(lines.map((_, index) => `gateway/app.ts:${index + 1}`));
  });

  it('do not take comments and strings for imports', () => {
    expect(
      faults(
        'gateway/app.ts',
        "// import { a } from '../acquirer-sim/a.ts';",
        'const b = "import \'../scenarios/b.ts\'";',
      ),
    ).toEqual([]);
  });
});
