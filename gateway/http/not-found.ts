/**
 * What no route answers: a path that exists with other methods, or none at all.
 *
 * Asked only after every route has said no, so that calls that exist pay nothing for it.
 */
import type { GatewayError } from '../errors.ts';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** `routes` are those of the finished app; of their patterns the API uses `:name` and a last `*`. */
export const createNotFound = (routes: readonly Route[]): ((method: string, path: string) => GatewayError) => {
  // `ALL` is what stands in front of other routes: it answers nothing by itself.
  const answering = routes.filter(({ method }) => method !== 'ALL');
  const known = [...new Set(answering.map(({ path }) => path))].map(
    (path) => new RegExp(`^${path.replace(/:[a-z]+/g, '[^/]+').replace(/\*$/, '.+')}$`),
  );
  return (method, path) =>
    known.some((pattern) => pattern.test(path))
      ? { kind: 'not_allowed_method', method, path }
      : { kind: 'no_route', method, path };
};
