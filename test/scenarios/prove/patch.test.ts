import { describe, expect, it } from 'vitest';
import { applyTo, PatchError, readPatch } from '../../../scenarios/prove/patch.ts';

const diff = `name: x

--- a/gateway/a.ts
+++ b/gateway/a.ts
@@ -2,3 +2,3 @@
 two
-three
+THREE
 four
`;
const [patch] = readPatch(diff);

describe('a patch', () => {
  it('replaces the lines that it names', () => {
    expect(applyTo('one\ntwo\nthree\nfour\nfive', patch!)).toBe('one\ntwo\nTHREE\nfour\nfive');
  });

  it('finds its lines where they have moved to, the nearest ones', () => {
    const moved = 'two\nthree\nfour\n0\n0\n0\n0\n0\n0\n0\n0\n0\ntwo\nthree\nfour';
    expect(applyTo(moved, patch!)).toBe(moved.replace('three', 'THREE'));
  });

  it('is refused where a line of it is another one now', () => {
    expect(() => applyTo('one\ntwo\n3\nfour', patch!)).toThrow(PatchError);
  });

  it('is refused when it changes nothing', () => {
    const [same] = readPatch(diff.replace('+THREE', '+three'));
    expect(() => applyTo('one\ntwo\nthree\nfour', same!)).toThrow(/changes nothing/);
  });

  it('is refused when it names no file', () => {
    expect(() => readPatch('name: x\n')).toThrow(PatchError);
  });
});
