import { describe, expect, it } from 'vitest';
import { createOutlets } from '../../../gateway/deliveries/outlets.ts';

const open = (bounds: { perAddressMax: number; inAllMax: number }) => {
  const went: string[] = [];
  const rows = new Map<string, { url: string; name: string }>();
  const outlets = createOutlets<{ url: string; name: string }>({ ...bounds, go: ({ name }) => void went.push(name) });
  outlets.open();
  const add = (...names: string[]): void => {
    for (const name of names) {
      const row = { url: name.slice(0, 1), name };
      rows.set(name, row);
      outlets.add(row);
    }
  };
  return {
    outlets,
    went,
    add,
    row: (name: string) => rows.get(name)!,
    done: (name: string) => outlets.done(rows.get(name)!),
  };
};

describe('outlets', () => {
  it('hold what is more than two to one address, in order, and nobody else', () => {
    const { went, add, done } = open({ perAddressMax: 2, inAllMax: 50 });
    add('a1', 'a2', 'a3', 'b1');
    expect(went).toEqual(['a1', 'a2', 'b1']);
    done('a2');
    expect(went).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('hold what is more than so many in all, and then serve the address that waits longest', () => {
    const { went, add, done } = open({ perAddressMax: 2, inAllMax: 3 });
    add('a1', 'a2', 'b1', 'c1', 'd1', 'a3');
    expect(went).toEqual(['a1', 'a2', 'b1']);
    for (const name of ['a1', 'c1', 'd1']) done(name);
    expect(went).toEqual(['a1', 'a2', 'b1', 'c1', 'd1', 'a3']);
  });

  it('forget what is taken out, and send nothing once closed', () => {
    const { outlets, went, add, row, done } = open({ perAddressMax: 1, inAllMax: 50 });
    add('a1', 'a2', 'a3');
    outlets.remove(row('a2'));
    outlets.remove(row('a1'));
    done('a1');
    expect(went).toEqual(['a1', 'a3']);
    add('a4');
    outlets.close();
    done('a3');
    add('a5', 'b1');
    expect(went).toEqual(['a1', 'a3']);
  });
});
