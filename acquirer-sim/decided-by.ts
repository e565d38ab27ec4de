/** Who decided an answer, on every answer (design.md section 5). Built once: replies are the hot path. */

export type Decider = 'acquirer' | 'acquirer-queue' | 'acquirer-cap' | 'issuer';

const HEADER = 'breakwater-decided-by';

/** The headers of a reply, one object per decider. */
export const headersFor = (contentType: string): Readonly<Record<Decider, Record<string, string>>> => {
  const headers = (decider: Decider) => ({ 'content-type': contentType, [HEADER]: decider });
  return {
    acquirer: headers('acquirer'),
    'acquirer-queue': headers('acquirer-queue'),
    'acquirer-cap': headers('acquirer-cap'),
    issuer: headers('issuer'),
  };
};

const htmlHeaders = headersFor('text/html; charset=UTF-8');

/**
 * What the front says when the queue is full: an HTML page that belongs to no dialect, because the
 * machine in front of the application answers, not the application (escott-protocol.md section 2).
 */
export const busyPage = {
  status: 503 as const,
  headers: htmlHeaders['acquirer-queue'],
  body: '<!DOCTYPE html>\n<html lang="ja"><head><meta charset="UTF-8"><title>503 Service Unavailable</title></head><body><h1>ただいま混み合っております</h1><p>The service is busy. Please try again later.</p></body></html>\n',
};
