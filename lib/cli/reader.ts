import { parseTime } from '../api/parse-time.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { listNames } from '../model/list-names.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import type { GlobalOptions } from './context.ts';

/** Who reads, why, and as of when, as the options say. */
export interface Reader {
  /** Absent: the operator. */
  readonly principal?: string;
  readonly purpose?: string;
  /** ISO, UTC, microseconds. */
  readonly asOf?: string;
}

/**
 * Reads `--as`, `--purpose` and `--as-of`.
 *
 * @throws MeshError when the team does not exist or the time is none.
 */
export function readerOf(model: MeshModel, { as, purpose, asOf }: GlobalOptions): Reader {
  if (as !== undefined && as !== 'operator') checkTeam(model, as);
  return { principal: as, purpose, asOf: asOf === undefined ? undefined : parseTime(asOf) };
}

function checkTeam({ teams }: MeshModel, as: string): void {
  const team = /^team:(.+)$/.exec(as)?.[1];
  const names = teams.map(({ name }) => name);
  if (team !== undefined && names.includes(team)) return;
  const message =
    team === undefined ? `\`--as ${as}\` names no team` : `there is no team \`${team}\`${didYouMean(team, names)}`;
  const fix = `say \`--as team:<name>\`, with one of ${listNames(names)}`;
  throw new MeshError({ code: 'no-such-team', kind: 'usage', message, fix });
}
