/** Tools that a machine may not have: a person loses some tests, CI its whole result. */
import { HarnessError } from '../../scenarios/cli/exit-status.ts';
import { type ToolName, toolFile } from '../../scenarios/live/tools.ts';

/** Says so once, with the command that gets it. @throws HarnessError in CI */
export const isMissing = (tool: ToolName): boolean => {
  try {
    toolFile(tool);
    return false;
  } catch (error) {
    if (!(error instanceof HarnessError) || process.env.CI === 'true') throw error;
    process.stderr.write(`skipped: ${error.message}\n`);
    return true;
  }
};
