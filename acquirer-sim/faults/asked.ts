/**
 * A request, read once: what rules select by, what the journal notes, and what the acquirer is handed.
 *
 * Bodies can be read only once, and a web `Request` built anew costs more than an acquirer's whole
 * answer; so the acquirer gets the little that a route asks of a request.
 */
import { type Asked, readFields } from './subject.ts';

/** Hono's environment behind the Node server. */
export interface SocketEnvironment {
  readonly incoming?: { readonly socket?: { readonly bytesWritten: number } };
}

/** The request as data. Text within one process, bytes over a socket: the charset is the dialect's business. */
export const readAsked = async (request: Request, environment: SocketEnvironment | undefined): Promise<Asked> => {
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  const { method, url } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const isOverSocket = environment?.incoming !== undefined;
  const body = !hasBody ? '' : isOverSocket ? new Uint8Array(await request.arrayBuffer()) : await request.text();
  const asked = { method, url, headers, body };
  return { ...asked, fields: readFields(asked) };
};

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What Hono and our routes ask of a `Request`; anything else is undefined, loudly. */
class AskedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: {
    get(name: string): string | null;
    has(name: string): boolean;
    forEach(each: (value: string, name: string) => void): void;
  };
  readonly #body: string | Uint8Array;

  constructor({ method, url, headers, body }: Asked) {
    this.method = method;
    this.url = url;
    this.headers = {
      get: (name) => headers[name.toLowerCase()] ?? null,
      has: (name) => name.toLowerCase() in headers,
      forEach(each) {
        for (const [name, value] of Object.entries(headers)) each(value, name);
      },
    };
    this.#body = body;
  }

  async text(): Promise<string> {
    return typeof this.#body === 'string' ? this.#body : decoder.decode(this.#body);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = typeof this.#body === 'string' ? encoder.encode(this.#body) : this.#body;
    // A copy of just these bytes: a `Buffer` may be a window on a greater one.
    return new Uint8Array(bytes).buffer;
  }
}

/** The request once more, as often as a rule wants it carried out. */
export const requestOf = (asked: Asked): Request => new AskedRequest(asked) as unknown as Request;
