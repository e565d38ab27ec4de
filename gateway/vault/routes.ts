/** Operators' calls about the vault: JSON, behind the admin token. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { answerJson, isBearer, readJson } from '../merchants/routes.ts';
import type { VaultRotationRow } from '../store/database.ts';
import type { Rotations } from './rotation.ts';
import type { Vault } from './vault.ts';

export const Rotate = z.strictObject({
  /** Seal the numbers themselves anew, too: for a record key that may have leaked, not for routine. */
  reseal: z.boolean().default(false),
});

const view = (row: VaultRotationRow) => ({
  id: row.id,
  key: row.key_id,
  state: row.state,
  reseal: row.reseal === 1,
  walk: row.walk,
  seen: row.seen,
  rewrapped: row.rewrapped,
  unreadable: row.unreadable,
  startedMs: row.started_ms,
  finishedMs: row.finished_ms,
});

export const vaultRoutes = (
  app: Hono,
  { rotations, vault, adminToken }: { rotations: Rotations; vault: Vault; adminToken: string },
): void => {
  const refusal = (context: Context, status: number, type: string, message: string): Response =>
    answerJson(context, { error: { message, type, status } }, status);
  const isOperator = (context: Context): boolean => isBearer(context.req.header('Authorization'), adminToken);
  const stranger = (context: Context): Response =>
    refusal(context, 401, 'auth_error', 'This call needs the admin token');
  const shown = (rotation: VaultRotationRow | undefined) => ({
    keys: vault.keyIds().map((id, index) => ({ id, current: index === 0 })),
    rotation: rotation === undefined ? null : view(rotation),
  });

  app.post('/admin/v1/vault/rotate', async (context) => {
    if (!isOperator(context)) return stranger(context);
    const text = await context.req.text();
    const read = text === '' ? { ok: true as const, value: { reseal: false } } : await readJson(context, Rotate);
    if (!read.ok) return refusal(context, 400, 'client_error', read.reason);
    try {
      return answerJson(context, shown(await rotations.begin(read.value)), 202);
    } catch {
      // What the secrets said may quote them.
      return refusal(context, 409, 'client_error', 'The master keys cannot be read, or the store is not there');
    }
  });
  app.get('/admin/v1/vault/rotate', async (context) =>
    isOperator(context) ? answerJson(context, shown(await rotations.latest())) : stranger(context),
  );
};
