/** The clients that a live run can be played by. */
import { castClient } from './cast-client.ts';
import type { MakeClient } from './client.ts';
import { k6With } from './k6-client.ts';

const clients = { k6: k6With({}), cast: castClient } satisfies Record<string, MakeClient>;

export const clientNamed = (name: keyof typeof clients): MakeClient => clients[name];
