import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integrationOf } from '../../../gateway/non-retention/integration.ts';

const seed = Number(process.env.BREAKWATER_SEED ?? 20_171_110);

describe(`the integration of a merchant's server (seed ${seed})`, () => {
  it.each([
    ['Payjp/v1 PythonBindings/1.6.1', undefined, 'payjp-python', '1.6.1'],
    ['Payjp/v1 RubyBindings/1.1.7', '{"lang":"ruby"}', 'payjp-ruby', '1.1.7'],
    ['Payjp/v1 PhpBindings/1.8.0', undefined, 'payjp-php', '1.8.0'],
    ['Go-http-client/1.1', 'payjp-go v0.3.0', 'payjp-go', '0.3.0'],
    ['Mojo', '{"bindings_version":"1.2.0","lang":"perl","publisher":"payjp"}', 'payjp-perl', '1.2.0'],
    ['node', undefined, 'payjp-node', null],
    ['curl/7.88.1', undefined, 'curl', '7.88.1'],
    [undefined, undefined, 'not told', null],
    ['', 'not json', 'not told', null],
    ['/(((', undefined, 'other', null],
  ])('reads %j and %j as %s %s', (agent, client, name, version) => {
    expect(integrationOf(agent, client)).toMatchObject({ name, version, supportEnded: null });
  });

  it('knows an EC-CUBE plugin, and that its support ended', () => {
    const plugin = { name: 'EC-CUBE plugin', supportEnded: '2017-10-31' };
    expect(integrationOf('Payjp/v1 PhpBindings/0.0.4 EC-CUBE/3.0.15', undefined)).toMatchObject({
      ...plugin,
      version: '3.0.15',
    });
    expect(integrationOf('x', '{"lang":"php","application":"payjp-eccube"}')).toMatchObject(plugin);
  });

  it('remarks that a library of that time may be the plugin’s', () => {
    expect(integrationOf('Payjp/v1 PhpBindings/0.0.4', undefined).remark?.en).toContain('EC-CUBE');
    expect(integrationOf('Payjp/v1 PhpBindings/1.8.0', undefined).remark).toBe(null);
  });

  it('keeps no card number, however it is hidden in the headers', () => {
    const number = fc
      .tuple(fc.stringMatching(/^[0-9]{12,19}$/), fc.constantFrom('', ' ', '-', '.', '/', '_'))
      .map(([digits, between]) =>
        Array.from(digits, (digit, at) => (at % 4 === 0 && at > 0 ? between : '') + digit).join(''),
      );
    const around = fc.constantFrom(
      '',
      'curl/',
      'EC-CUBE/',
      'Payjp/v1 PhpBindings/',
      'payjp-go v',
      'a_b-',
      '{"lang":"php","bindings_version":"',
    );
    fc.assert(
      fc.property(around, number, around, number, (before, agent, prefix, client) => {
        const text = JSON.stringify({
          ...integrationOf(before + agent, prefix + client),
          remark: null,
          supportEnded: null,
        });
        expect(text.replace(/[^0-9]/g, '').length).toBeLessThanOrEqual(9);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
