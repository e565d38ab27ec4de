/** `/v1/terms`, `/v1/statements`, `/v1/balances`, `/v1/transfers`, and the printable statement. */
import type { Hono } from 'hono';
import type { Endpoint } from '../http/endpoint.ts';
import type { StatementLinks } from './links.ts';
import type { createMoneyMovement } from './service.ts';

export const moneyMovementRoutes = (
  app: Hono,
  endpoint: Endpoint,
  money: ReturnType<typeof createMoneyMovement>,
  links: StatementLinks,
): void => {
  const secret = { zone: 'sk', keys: 'sk' } as const;
  app.get('/v1/terms', endpoint(secret, money.listTerms));
  app.get('/v1/terms/:id', endpoint(secret, money.retrieveTerm));
  app.get('/v1/statements', endpoint(secret, money.listStatements));
  app.get('/v1/statements/:id', endpoint(secret, money.retrieveStatement));
  app.post('/v1/statements/:id/statement_urls', endpoint(secret, money.statementUrlOfStatement));
  app.get('/v1/balances', endpoint(secret, money.listBalances));
  app.get('/v1/balances/:id', endpoint(secret, money.retrieveBalance));
  app.post('/v1/balances/:id/statement_urls', endpoint(secret, money.statementUrlOfBalance));
  app.get('/v1/transfers', endpoint(secret, money.listTransfers));
  app.get('/v1/transfers/:id', endpoint(secret, money.retrieveTransfer));
  app.get('/v1/transfers/:id/charges', endpoint(secret, money.transferCharges));
  app.get('/statements', async (context) => {
    const page = await links.page(context.req.query());
    return page === null ? context.text('This address is wrong or too old.\n', 404) : context.html(page);
  });
};
