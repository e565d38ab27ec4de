/**
 * Operators' accounts: JSON, behind the admin token. A token is 32 random bytes, told once and kept
 * as its hash; nobody chooses one, so there is nothing to guess and no slow hash to be kept busy with.
 */
import type { Hono } from 'hono';
import { z } from 'zod';
import { answerJson, badRequest, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Clock, Entropy, Store } from '../ports.ts';
import type { OperatorRow } from '../store/database.ts';
import { digest, type Sessions } from './sessions.ts';
import { allOperators, insertOperator, operatorById, removeOperator } from './store.ts';

export const NewOperator = z.strictObject({
  /** As the audit log names them; never used again after it was removed. */
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/),
  name: z.string().trim().min(1).max(100),
  /** `viewer` only looks. */
  role: z.enum(['operator', 'viewer']).default('operator'),
});

const view = (row: OperatorRow): object => ({
  id: row.id,
  name: row.name,
  role: row.role,
  createdMs: Number(row.created_ms),
});

export interface AccountsDeps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly entropy: Entropy;
  readonly store: Store;
  readonly sessions: Pick<Sessions, 'closeAll'>;
  readonly adminToken: string;
}

export const accountRoutes = (app: Hono, { clock, entropy, store, sessions, adminToken }: AccountsDeps): void => {
  const forOperators = operatorsOnly(adminToken);
  app.get(
    '/admin/v1/operators',
    forOperators(async (context) => {
      const rows = await store.read((tx) => tx.all(allOperators, {}));
      return answerJson(context, { data: rows.map(view) });
    }),
  );
  app.post(
    '/admin/v1/operators',
    forOperators(async (context) => {
      const read = await readJson(context, NewOperator);
      if (!read.ok) return badRequest(context, read.reason);
      const { id, name, role } = read.value;
      const token = `op_${Buffer.from(entropy.bytes(32, `operator/${id}`)).toString('base64url')}`;
      const row: OperatorRow = {
        id,
        name,
        role,
        token_hash: digest(token),
        created_ms: clock.wallMs(),
        removed_ms: null,
      };
      const added = await store.unit(async (tx) => {
        if ((await tx.first(operatorById, { id })) !== undefined) return false;
        await tx.run(insertOperator, row);
        return true;
      });
      return added ? answerJson(context, { ...view(row), token }) : badRequest(context, 'id: was used before');
    }),
  );
  app.delete(
    '/admin/v1/operators/:id',
    forOperators(async (context) => {
      const id = context.req.param('id') ?? '';
      const removed = await store.unit((tx) => tx.run(removeOperator, { id, at: clock.wallMs() }));
      if (removed === 0) return noSuch(context, 'operator', id);
      await sessions.closeAll(id);
      return answerJson(context, { id, deleted: true });
    }),
  );
};
