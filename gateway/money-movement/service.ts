/** The money-movement calls: read-only pages over what the ledger says about each term. */
import { chargeList } from '../charges/lists.ts';
import type { GatewayError } from '../errors.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { listView, rangeOf } from '../http/list.ts';
import { ownerOf } from '../http/written.ts';
import type { Store, Tx } from '../ports.ts';
import type { StatementLinks } from './links.ts';
import {
  ListBalancesForm,
  ListStatementsForm,
  ListTermsForm,
  ListTransferChargesForm,
  ListTransfersForm,
  StatementUrl,
} from './schema.ts';
import type { ClosedTerm, Owner, Terms } from './terms.ts';
import {
  balanceId,
  balanceState,
  balanceView,
  moved,
  statementId,
  statementView,
  termView,
  transferId,
  transferStatus,
  transferView,
} from './views.ts';

export interface MoneyMovementDeps {
  readonly store: Store;
  readonly terms: Terms;
  readonly links: StatementLinks;
  readonly wallMs: () => number;
}

const foreverSeconds = 99_999_999_999;

/** Is a moment between two optional bounds in seconds, both included? */
const between = (ms: number, since = 0, until = foreverSeconds): boolean =>
  ms >= since * 1000 && ms <= until * 1000 + 999;

const noTenants = (form: { tenant?: string | undefined; owner?: string | undefined }): GatewayError | null =>
  form.tenant !== undefined || form.owner === 'tenant'
    ? { kind: 'request', code: 'platform_not_supported', param: form.tenant === undefined ? 'owner' : 'tenant' }
    : null;

export const createMoneyMovement = ({ store, terms, links, wallMs }: MoneyMovementDeps) => {
  const page = (
    url: string,
    form: { limit?: number | undefined; offset?: number | undefined },
    found: readonly ClosedTerm[],
    view: (term: ClosedTerm) => unknown,
  ): Answer => {
    const { limit, offset } = rangeOf(form);
    return ok(listView(url, found.slice(offset, offset + limit).map(view), found.length, offset));
  };

  /** A statement or transfer exists once its term is over and something moved in it. */
  const stated = async (tx: Tx, call: Call): Promise<readonly ClosedTerm[]> =>
    (await terms.all(tx, call)).filter((term) => term.closed && moved(term));

  const one = (
    call: Call,
    what: string,
    of: (tx: Tx, call: Call) => Promise<readonly ClosedTerm[]>,
    idOf: (owner: Owner, term: ClosedTerm) => string,
    show: (owner: Owner, term: ClosedTerm, tx: Tx) => Promise<Answer> | Answer,
  ): Promise<Answer> =>
    store.read(async (tx) => {
      const owner = ownerOf(call);
      const term = (await of(tx, call)).find((each) => idOf(owner, each) === call.id);
      return term === undefined ? refused({ kind: 'no_such', what, id: call.id }) : show(owner, term, tx);
    });

  const all = (tx: Tx, call: Call) => terms.all(tx, call);

  /** The charges captured in a term: what a transfer pays out. */
  const chargesOf = (tx: Tx, call: Call, owner: Owner, term: ClosedTerm, form = { customer: '%', ...rangeOf({}) }) =>
    chargeList(tx, `/v1/transfers/${transferId(owner, term)}/charges`, {
      ...form,
      ...ownerOf(call),
      subscription: '%',
      capturedFrom: term.startMs,
      capturedTo: term.endMs,
    });

  const statementUrl = (
    call: Call,
    idOf: (owner: Owner, term: ClosedTerm) => string,
    what: string,
  ): Promise<Answer> => {
    const parsed = checkForm(StatementUrl, call.form);
    if (!parsed.ok) return Promise.resolve(refused(parsed.error));
    return one(call, what, stated, idOf, (owner, term) => ok(links.issue(call.url, owner, term.startMs)));
  };

  return {
    async listTerms(call: Call): Promise<Answer> {
      const parsed = checkForm(ListTermsForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const { since_start_at: since, until_start_at: until } = parsed.value;
      const found = (await store.read((tx) => all(tx, call))).filter(({ startMs }) => between(startMs, since, until));
      return page('/v1/terms', parsed.value, found, (term) => termView(ownerOf(call), term));
    },
    retrieveTerm: (call: Call): Promise<Answer> =>
      one(
        call,
        'term',
        all,
        (_owner, { id }) => id,
        (owner, term) => ok(termView(owner, term)),
      ),
    async listStatements(call: Call): Promise<Answer> {
      const parsed = checkForm(ListStatementsForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      const refusal = noTenants(form);
      if (refusal !== null) return refused(refusal);
      const owner = ownerOf(call);
      const found = (await store.read((tx) => stated(tx, call))).filter(
        (term) =>
          between(term.endMs, form.since, form.until) &&
          (form.term === undefined || term.id === form.term) &&
          (form.source_transfer === undefined || transferId(owner, term) === form.source_transfer) &&
          (form.type === undefined || form.type === 'sales'),
      );
      return page('/v1/statements', form, found, (term) => statementView(owner, term));
    },
    retrieveStatement: (call: Call): Promise<Answer> =>
      one(call, 'statement', stated, statementId, (owner, term) => ok(statementView(owner, term))),
    statementUrlOfStatement: (call: Call): Promise<Answer> => statementUrl(call, statementId, 'statement'),
    async listBalances(call: Call): Promise<Answer> {
      const parsed = checkForm(ListBalancesForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      const refusal = noTenants(form);
      if (refusal !== null) return refused(refusal);
      const dueOnly = form.since_due_date !== undefined || form.until_due_date !== undefined;
      const found = (await store.read((tx) => all(tx, call))).filter(
        (term) =>
          (moved(term) || !term.closed) &&
          between(term.startMs, form.since, form.until) &&
          (!dueOnly || (term.closed && between(term.dueMs, form.since_due_date, form.until_due_date))) &&
          (form.state === undefined || balanceState(term) === form.state) &&
          (form.closed === undefined || term.dueMs <= wallMs() === form.closed),
      );
      return page('/v1/balances', form, found, (term) => balanceView(ownerOf(call), term, wallMs()));
    },
    retrieveBalance: (call: Call): Promise<Answer> =>
      one(call, 'balance', all, balanceId, (owner, term) => ok(balanceView(owner, term, wallMs()))),
    statementUrlOfBalance: (call: Call): Promise<Answer> => statementUrl(call, balanceId, 'balance'),
    async listTransfers(call: Call): Promise<Answer> {
      const parsed = checkForm(ListTransfersForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      const owner = ownerOf(call);
      return store.read(async (tx) => {
        const found = (await stated(tx, call)).filter(
          (term) =>
            between(term.endMs, form.since, form.until) &&
            between(term.dueMs, form.since_scheduled_date, form.until_scheduled_date) &&
            (form.status === undefined || transferStatus(term, wallMs()) === form.status),
        );
        const { limit, offset } = rangeOf(form);
        const views: unknown[] = [];
        for (const term of found.slice(offset, offset + limit))
          views.push(transferView(owner, term, wallMs(), await chargesOf(tx, call, owner, term)));
        return ok(listView('/v1/transfers', views, found.length, offset));
      });
    },
    retrieveTransfer: (call: Call): Promise<Answer> =>
      one(call, 'transfer', stated, transferId, async (owner, term, tx) =>
        ok(transferView(owner, term, wallMs(), await chargesOf(tx, call, owner, term))),
      ),
    async transferCharges(call: Call): Promise<Answer> {
      const parsed = checkForm(ListTransferChargesForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = { ...rangeOf(parsed.value), customer: parsed.value.customer ?? '%' };
      return one(call, 'transfer', stated, transferId, async (owner, term, tx) =>
        ok(await chargesOf(tx, call, owner, term, form)),
      );
    },
  };
};
