/** Operators' calls about the policy that holds: what it is, and reading its file again. Behind the admin token. */
import type { Hono } from 'hono';
import { answerJson, operatorsOnly } from '../merchants/routes.ts';
import type { RunningPolicy } from './reload.ts';

export const policyRoutes = (
  app: Hono,
  deps: { readonly running: RunningPolicy; readonly adminToken: string },
): void => {
  const { running } = deps;
  const forOperators = operatorsOnly(deps.adminToken);
  app.get(
    '/admin/v1/policy',
    forOperators(async (context) => answerJson(context, running.policy)),
  );
  app.post(
    '/admin/v1/policy/reload',
    forOperators(async (context) => {
      const reloaded = running.reload();
      if (reloaded.ok) {
        const { name, applied, afterRestart } = reloaded;
        return answerJson(context, { name, applied, afterRestart });
      }
      const message = 'The policy was refused; the one that was running still holds';
      const error = { message, type: 'client_error', status: 400, faults: reloaded.faults };
      return answerJson(context, { error }, 400);
    }),
  );
};
