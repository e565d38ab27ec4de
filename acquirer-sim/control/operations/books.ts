/** The ledger: what was decided, and how transactions stand. */
import { operation } from '../operation.ts';
import { LedgerPage, LedgerQuery, TransactionsPage, TransactionsQuery } from '../schema.ts';
import { ledgerView, transactionsView } from '../views.ts';
import type { Controlled } from './controlled.ts';

export const bookOperations = ({ ledger }: Pick<Controlled, 'ledger'>) => [
  operation({
    id: 'getLedger',
    method: 'get',
    path: '/ledger',
    summary: 'Decisions about money, in order',
    query: LedgerQuery,
    answer: LedgerPage,
    handle: ({ query }) => ledgerView(ledger, query),
  }),
  operation({
    id: 'getTransactions',
    method: 'get',
    path: '/transactions',
    summary: 'Transactions as they stand, in order of opening',
    query: TransactionsQuery,
    answer: TransactionsPage,
    handle: ({ query }) => transactionsView(ledger, query),
  }),
];
