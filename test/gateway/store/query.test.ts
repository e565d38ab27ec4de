import { describe, expect, it } from 'vitest';
import type { Query } from '../../../gateway/ports.ts';
import { insertQuery, query } from '../../../gateway/store/query.ts';

describe('a compiled query', () => {
  it('keeps the place of each argument, however often it is named', () => {
    const compiled: Query<{ id: string; at: number }, never> = query((db, arg) =>
      db
        .updateTable('cards')
        .set({ deleted_ms: arg.at, name: 'x' })
        .where((where) => where.or([where('id', '=', arg.id), where('customer_id', '=', arg.id)])),
    );
    expect(compiled.sql).toBe('update "cards" set "deleted_ms" = ?, "name" = ? where ("id" = ? or "customer_id" = ?)');
    expect(compiled.parameters).toEqual([{ arg: 'at' }, { constant: 'x' }, { arg: 'id' }, { arg: 'id' }]);
  });

  it('refuses a constant that not every database has', () => {
    expect(() => query((db) => db.updateTable('cards').set({ name: true as unknown as string }))).toThrow(TypeError);
    expect(() => query((db) => db.updateTable('cards').set({ name: new Date(0) as unknown as string }))).toThrow(
      TypeError,
    );
  });

  it('inserts the columns it names, in their order', () => {
    expect(insertQuery('vault', ['id', 'sealed', 'created_ms'])).toEqual({
      sql: 'insert into "vault" ("id", "sealed", "created_ms") values (?, ?, ?)',
      parameters: [{ arg: 'id' }, { arg: 'sealed' }, { arg: 'created_ms' }],
    });
  });
});
