import { createLocalPorts, type LocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import { fixedClock } from '../fixed-clock.ts';
import { foldedTransform } from './folded-transform.ts';

/** Where a mesh of the crash tests is, and which time it is there. */
export interface CrashPlace {
  readonly home: string;
  readonly landing: string;
  /** ISO; stands still. */
  readonly time: string;
}

export function openCrashPorts({ home, landing, time }: CrashPlace): LocalPorts {
  const loadTransform = async () => foldedTransform as never;
  return createLocalPorts({ home, landing, clock: fixedClock(time), loadTransform });
}
