import type { Outputs } from '../define-product.ts';
import type { Input, ReadMode } from '../input.ts';

/**
 * What a run reads of an input when the declaration is silent. Drops are read once each, unless the product states
 * the full state anew each time; ports are read whole, unless the product adds facts and states no full state.
 */
export function readModeOf(input: Input, outputs: Outputs): ReadMode {
  if (input.read !== undefined) return input.read;
  const modes = Object.values(outputs).map(({ mode }) => mode);
  // A full state can't be made of the news alone.
  if (modes.includes('replace')) return 'all';
  if (input.kind === 'source') return 'new';
  return modes.includes('append') ? 'new' : 'all';
}
