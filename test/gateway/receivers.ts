/** `merchants.test`: takes every call and says yes. */
import type { Json, World } from './world.ts';

/** Hears of each call as it comes: the path it was sent to, and its body. */
export const addReceivers = ({ stage }: Pick<World, 'stage'>, heard: (path: string, body: Json) => void): void => {
  stage.addProgram({
    program: 'receivers',
    host: 'merchants.test',
    create: () => ({
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      app: {
        fetch: async (request) => {
          heard(new URL(request.url).pathname, JSON.parse(await request.text()) as Json);
          return new Response('');
        },
      },
    }),
  });
};
