import { createInterface } from 'node:readline/promises';
import { MeshError } from '../model/mesh-error.ts';
import type { CliContext } from './context.ts';

/**
 * Asks whether to go on; only a person at a terminal is asked.
 *
 * @throws MeshError when nobody can be asked and nobody said `--yes`.
 */
export async function confirm(
  { print, signal }: CliContext,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !print.isNoteTerminal || print.json) {
    const fix = 'say `--yes` to write without being asked';
    throw new MeshError({
      code: 'not-confirmed',
      kind: 'usage',
      message: 'nothing was written, because nobody can be asked',
      fix,
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [Y/n] `, { signal });
    return /^(y(es)?)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
