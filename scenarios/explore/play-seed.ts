/**
 * The door: from a seed to a world, and from a world to what became of it.
 *
 * A world is played like any scenario (`theatre/day.ts`): the same programs, cast, timeline and auditor, so that
 * what fails here fails under `breakwater replay` too.
 */
import { Policy } from '../../gateway/app.ts';
import type { Operation } from '../judge/observation.ts';
import { Scenario } from '../play/scenario.ts';
import { stageDay } from '../theatre/day.ts';
import { auditOf } from '../theatre/play.ts';
import { createCoverage } from './coverage.ts';
import { createDeclinedByRule } from './declined-by-rule.ts';
import { faultsOfRun } from './faults-of-run.ts';
import { acquirersLie, isJudged } from './judged.ts';
import { policyWith } from './policy-with.ts';
import { reconciled } from './reconciled.ts';
import { renewedOnce } from './renewed-once.ts';
import { leftUndone } from './settled.ts';
import { createToldOfIncidents } from './told-of-incidents.ts';
import type { SeedResult, Violation, World } from './world.ts';

export { drawWorld } from './draw/draw-world.ts';
export type { Mode, SeedResult, Violation, World } from './world.ts';

export interface PlayOptions {
  /** Told of each record of the trace. */
  readonly traceSink?: Parameters<typeof stageDay>[0]['traceSink'];
  readonly onOperation?: (operation: Operation) => void;
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : JSON.stringify(error));

/** What a run that broke says of itself, with the reasons beneath it. */
const storyOf = (error: unknown): string => {
  const lines: string[] = [];
  for (let cause: unknown = error; cause !== undefined && lines.length < 6; )
    if (cause instanceof Error) {
      lines.push(cause.stack?.split('\n').slice(0, 6).join('\n') ?? cause.message);
      ({ cause } = cause);
    } else {
      lines.push(typeof cause === 'string' ? cause : JSON.stringify(cause));
      break;
    }
  return lines.join('\n');
};

/** Plays a world once. Never rejects for what the programs do: a run that breaks is a violation of `RUN`. */
export const playWorld = async (world: World, options: PlayOptions = {}): Promise<SeedResult> => {
  const scenario = Scenario.parse(world.scenario);
  const policy = Policy.parse(policyWith(world.policy));
  let payments = 0;
  const day = stageDay({
    scenario,
    policy,
    seed: world.seed,
    sampling: false,
    onOperation(operation) {
      if (operation.kind === 'create') payments += 1;
      options.onOperation?.(operation);
    },
    ...(options.traceSink === undefined ? {} : { traceSink: options.traceSink }),
  });
  const coverage = createCoverage(day.entries, scenario);
  day.stage.network.onExchange(coverage.exchange);
  const news = createToldOfIncidents();
  day.stage.network.onExchange(news.exchange);
  const rule = createDeclinedByRule(policy, new Set(scenario.world.acquirers.map(({ id }) => id)));
  day.stage.network.onExchange(rule.exchange);
  const violations: Violation[] = [];
  const judged: Record<string, number> = { RUN: 1 };
  let faults: Record<string, number> = {};
  try {
    await day.runUntil(day.dayMs);
    day.stage.spawnTask('drain', () => day.cast.drain());
    await day.runUntil(day.dayMs + scenario.quietMinutes * 60_000);
    day.end();
    const { requests } = day.stage.counters();
    const traceHash = day.stage.traceHash();
    const simulatedMs = day.stage.nowMs();
    if (world.reconciles === true) {
      const acquirers = scenario.world.acquirers.map(({ id }) => id);
      const morning = await reconciled(day, acquirers, !acquirersLie(day.entries));
      judged.RECONCILED = morning.judged;
      violations.push(...morning.violations);
    }
    const { invariants, money } = await auditOf(day, scenario);
    for (const { id, judged: times, violations: found } of invariants) {
      if (!isJudged(id, world, day.entries)) continue;
      judged[id] = times;
      for (const violation of found) violations.push({ check: id, ...violation });
    }
    const declined = rule.judge();
    judged.DECLINED = declined.judged;
    violations.push(...declined.violations);
    const renewed = renewedOnce(day.store);
    judged.RENEWED = renewed.judged;
    violations.push(...renewed.violations);
    if (world.mode === 'liveness') {
      const told = news.judge(day.store);
      judged.TOLD = told.judged;
      violations.push(...told.violations);
    }
    if (isJudged('SETTLED', world, day.entries)) {
      const undone = leftUndone(day.store, money.unknownLeft);
      judged.SETTLED = undone.judged;
      violations.push(...undone.violations);
    }
    faults = await faultsOfRun(day);
    return {
      seed: world.seed,
      mode: world.mode,
      violations,
      judged,
      faults,
      pairs: coverage.pairs(),
      flows: coverage.flows(),
      simulatedMs,
      payments,
      requests,
      traceHash,
    };
  } catch (error) {
    violations.push({
      check: 'RUN',
      atMs: day.stage.nowMs() - 300_000,
      objects: [],
      text: `the run broke: ${firstLine(error)}\n${storyOf(error)}`,
    });
    return {
      seed: world.seed,
      mode: world.mode,
      violations,
      judged,
      faults,
      pairs: coverage.pairs(),
      flows: coverage.flows(),
      simulatedMs: day.stage.nowMs(),
      payments,
      requests: day.stage.counters().requests,
      traceHash: '',
    };
  } finally {
    day.close();
  }
};
