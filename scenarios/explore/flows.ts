/** Which flow an exchange over the network belongs to, told from what is on the wire. */
import type { ExchangeRecord } from '../stage/exchange.ts';

export const flows = [
  'create',
  'capture',
  'refund',
  'registration',
  'three-d-secure',
  'read',
  'check',
  'authorise',
  'void',
  'inquiry',
  'webhook',
  'notice',
  'status',
] as const;
export type Flow = (typeof flows)[number];

const escott: Readonly<Record<string, Flow>> = {
  '1Check': 'check',
  '1Auth': 'authorise',
  '1ReAuth': 'authorise',
  '1Gathering': 'authorise',
  '1Capture': 'capture',
  '1Change': 'refund',
  '1Delete': 'void',
  '1Search': 'inquiry',
  '9List': 'inquiry',
};

const gmoJobs: Readonly<Record<string, Flow>> = {
  CHECK: 'check',
  AUTH: 'authorise',
  CAPTURE: 'authorise',
  SALES: 'capture',
  VOID: 'void',
  RETURN: 'refund',
  RETURNX: 'refund',
};

const gmoPaths: readonly (readonly [path: string, flow: Flow])[] = [
  ['/payment/ExecTran', 'authorise'],
  ['/payment/ChangeTran', 'refund'],
  ['/payment/SearchTrade', 'inquiry'],
];

const operateId = /(?:^|[&?])OperateId=([0-9A-Za-z]+)/;
const jobCd = /(?:^|[&?])JobCd=([A-Z]+)/;

const atAcquirer = (path: string, body: string): Flow | null => {
  const operation = operateId.exec(body)?.[1] ?? operateId.exec(path)?.[1];
  if (operation !== undefined) return escott[operation] ?? null;
  const job = jobCd.exec(body)?.[1];
  if (job !== undefined) return gmoJobs[job] ?? null;
  return gmoPaths.find(([start]) => path.startsWith(start))?.[1] ?? null;
};

const atGateway = (method: string, path: string): Flow | null => {
  if (path.startsWith('/3ds/') || path.startsWith('/v1/tds') || path.endsWith('/tds_finish')) return 'three-d-secure';
  if (!path.startsWith('/v1/')) return null;
  if (method === 'GET') return 'read';
  if (path.endsWith('/capture')) return 'capture';
  if (path.endsWith('/refund')) return 'refund';
  if (path === '/v1/charges') return 'create';
  return path.startsWith('/v1/tokens') || path.startsWith('/v1/customers') ? 'registration' : null;
};

/** Null: a tool's call, or nothing that a payment or its news needs. */
export const flowOf = (exchange: ExchangeRecord, acquirers: ReadonlySet<string>): Flow | null => {
  const { to, path } = exchange;
  const program = to.replace(/\.test$/, '');
  if (program.startsWith('gateway')) return exchange.from === 'theatre' ? null : atGateway(exchange.method, path);
  if (!exchange.from.startsWith('gateway')) return program.startsWith('tds') ? 'three-d-secure' : null;
  if (acquirers.has(program)) return path.startsWith('/sim/') ? null : atAcquirer(path, exchange.requestBody ?? '');
  if (program === 'tds') return 'three-d-secure';
  if (program === 'merchants') return path.endsWith('/notices') ? 'notice' : 'webhook';
  return program === 'status' || program === 'status-page' ? 'status' : null;
};
