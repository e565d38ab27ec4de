/** Every kind of fault. A new one is its own file and two lines here. */
import { acceptedAgain } from './accepted-again.ts';
import { always200 } from './always-200.ts';
import { approvedReplyLost } from './approved-reply-lost.ts';
import { blackHole } from './black-hole.ts';
import { brandOutage } from './brand-outage.ts';
import { clockSkew } from './clock-skew.ts';
import { duplicateProcessing } from './duplicate-processing.ts';
import { duplicateReply } from './duplicate-reply.ts';
import { earlyExpiry } from './early-expiry.ts';
import { emptyBody } from './empty-body.ts';
import { error } from './error.ts';
import { garbage } from './garbage.ts';
import { halfOpen } from './half-open.ts';
import { htmlPage } from './html-page.ts';
import { idleClose } from './idle-close.ts';
import { ignored } from './ignored.ts';
import { largeRepliesLost } from './large-replies-lost.ts';
import { lateApproval } from './late-approval.ts';
import { latency } from './latency.ts';
import { leak } from './leak.ts';
import { longerField } from './longer-field.ts';
import { maintenance } from './maintenance.ts';
import { notFoundThenFound } from './not-found-then-found.ts';
import { orderAcceptedAgain } from './order-accepted-again.ts';
import { otherOrder } from './other-order.ts';
import { packetLoss } from './packet-loss.ts';
import { partialApproval } from './partial-approval.ts';
import { pause } from './pause.ts';
import { rateLimited } from './rate-limited.ts';
import { refuse } from './refuse.ts';
import { reorder } from './reorder.ts';
import { reset } from './reset.ts';
import { settlementFile } from './settlement-file.ts';
import { slowDrip } from './slow-drip.ts';
import { staleRead } from './stale-read.ts';
import { stuckWorkers } from './stuck-workers.ts';
import { tlsAlert } from './tls-alert.ts';
import { truncated } from './truncated.ts';
import { unknownCode } from './unknown-code.ts';
import { wrongAmount } from './wrong-amount.ts';
import { wrongCharset } from './wrong-charset.ts';
import { wrongInquiry } from './wrong-inquiry.ts';
import { wrongStatus } from './wrong-status.ts';

export const kinds = {
  'accepted-again': acceptedAgain,
  'always-200': always200,
  'approved-reply-lost': approvedReplyLost,
  'black-hole': blackHole,
  'brand-outage': brandOutage,
  'clock-skew': clockSkew,
  'duplicate-processing': duplicateProcessing,
  'duplicate-reply': duplicateReply,
  'early-expiry': earlyExpiry,
  'empty-body': emptyBody,
  error,
  garbage,
  'half-open': halfOpen,
  'html-page': htmlPage,
  'idle-close': idleClose,
  ignored,
  'large-replies-lost': largeRepliesLost,
  'late-approval': lateApproval,
  latency,
  leak,
  'longer-field': longerField,
  maintenance,
  'not-found-then-found': notFoundThenFound,
  'order-accepted-again': orderAcceptedAgain,
  'other-order': otherOrder,
  'packet-loss': packetLoss,
  'partial-approval': partialApproval,
  pause,
  'rate-limited': rateLimited,
  refuse,
  reorder,
  reset,
  'settlement-file': settlementFile,
  'slow-drip': slowDrip,
  'stale-read': staleRead,
  'stuck-workers': stuckWorkers,
  'tls-alert': tlsAlert,
  truncated,
  'unknown-code': unknownCode,
  'wrong-amount': wrongAmount,
  'wrong-charset': wrongCharset,
  'wrong-inquiry': wrongInquiry,
  'wrong-status': wrongStatus,
} as const;

export type KindName = keyof typeof kinds;
