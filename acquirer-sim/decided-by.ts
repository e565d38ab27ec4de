/** Who decided an answer, on every answer (design.md section 5). Built once: replies are the hot path. */

export type Decider =
  | 'acquirer'
  | 'acquirer-queue'
  | 'acquirer-cap'
  | 'acquirer-maintenance'
  | 'acquirer-connections'
  | 'acquirer-block'
  | 'issuer';

const HEADER = 'breakwater-decided-by';

/** The headers of a reply, one object per decider. */
export const headersFor = (contentType: string): Readonly<Record<Decider, Record<string, string>>> => {
  const headers = (decider: Decider) => ({ 'content-type': contentType, [HEADER]: decider });
  return {
    acquirer: headers('acquirer'),
    'acquirer-queue': headers('acquirer-queue'),
    'acquirer-cap': headers('acquirer-cap'),
    'acquirer-maintenance': headers('acquirer-maintenance'),
    'acquirer-connections': headers('acquirer-connections'),
    'acquirer-block': headers('acquirer-block'),
    issuer: headers('issuer'),
  };
};

const htmlHeaders = headersFor('text/html; charset=UTF-8');

const page = (title: string, japanese: string, english: string): string =>
  `<!DOCTYPE html>\n<html lang="ja"><head><meta charset="UTF-8"><title>${title}</title></head><body><h1>${japanese}</h1><p>${english}</p></body></html>\n`;

/**
 * What the front says when the queue is full: an HTML page that belongs to no dialect, because the
 * machine in front of the application answers, not the application (escott-protocol.md section 2).
 */
export const busyPage = {
  status: 503 as const,
  headers: htmlHeaders['acquirer-queue'],
  body: page('503 Service Unavailable', 'ただいま混み合っております', 'The service is busy. Please try again later.'),
};

/** The same machine on other occasions. What the real ones say then is not known: our design. */
export const frontPages = {
  overflow: busyPage,
  maintenance: {
    status: 503 as const,
    headers: htmlHeaders['acquirer-maintenance'],
    body: page('503 Service Unavailable', 'ただいまメンテナンス中です', 'The service is closed for maintenance.'),
  },
  connections: {
    status: 503 as const,
    headers: htmlHeaders['acquirer-connections'],
    body: page('503 Service Unavailable', 'ただいま混み合っております', 'There are too many connections.'),
  },
  block: {
    status: 403 as const,
    headers: htmlHeaders['acquirer-block'],
    body: page('403 Forbidden', 'アクセスが拒否されました', 'Your address has been blocked.'),
  },
};
