/**
 * The world of a play: upstreams with finite capacity, the links between programs, the gateway.
 *
 * Worlds are scaled down and say so (design.md section 5): tens of calls a second, not thousands.
 */
import { z } from 'zod';
import { AcquirerConfig, ThreeDSecureConfig } from '../../acquirer-sim/app.ts';

/** The gateway's tenant id at every acquirer. Credentials are the theatre's to hand out. */
export const ownTenant = 'gateway';

const [Escott, GmoPg] = AcquirerConfig.options;
const handedOut = { tenants: true, controlToken: true } as const;

/** An acquirer as a scenario writes it: the simulator's own configuration without its secrets. */
export const WorldAcquirer = z.discriminatedUnion('dialect', [Escott.omit(handedOut), GmoPg.omit(handedOut)]);
export type WorldAcquirer = z.infer<typeof WorldAcquirer>;

/** The schemes' directory server and the issuers' ACS: the simulator's own configuration without what is handed out. */
const WorldThreeDSecure = ThreeDSecureConfig.omit({ id: true, publicUrl: true, controlToken: true });
/** Its name as a program; timeline events about it name it as they name an acquirer. */
export const threeDSecureProgram = 'tds';

/** Delay of one direction of a link: lognormal with this median. */
export const LinkDelay = z.strictObject({
  latencyMs: z.number().nonnegative().meta({ description: 'Half of the crossings take less, ms.' }),
  sigma: z.number().nonnegative().max(3).meta({ description: 'Spread of the logarithm.' }),
});

export const World = z
  .strictObject({
    acquirers: z.array(WorldAcquirer).min(1),
    links: z.strictObject({
      default: LinkDelay,
      named: z
        .record(z.string(), LinkDelay)
        .optional()
        .meta({ description: 'By `from->to`; the ends are programs, or `merchants` for the cast.' }),
    }),
    threeDSecure: WorldThreeDSecure.optional().meta({
      description: 'The directory server and the ACS (`tds`). Absent: 3-D Secure is not offered in this world.',
    }),
    gateway: z.strictObject({ instances: z.int().min(1).max(8) }),
  })
  .meta({ description: 'Upstreams with finite capacity, links, and how many gateways.' });
export type World = z.infer<typeof World>;

/** The gateway's database, as a program that may be away. */
export const storeProgram = 'store';

/** Programs of a world, as `process` and `outage` events name them. */
export const programsOf = (world: World): readonly string[] => [
  ...Array.from({ length: world.gateway.instances }, (_, index) => `gateway-${index + 1}`),
  'status-page',
  storeProgram,
  ...world.acquirers.map((acquirer) => acquirer.id),
  ...(world.threeDSecure === undefined ? [] : [threeDSecureProgram]),
];

/** What a link's ends may be. The instances of the gateway share their links. */
export const linkEndsOf = (world: World): readonly string[] => [
  'merchants',
  'gateway',
  'status-page',
  ...world.acquirers.map((acquirer) => acquirer.id),
  ...(world.threeDSecure === undefined ? [] : [threeDSecureProgram]),
];
