import { MeshError } from '../../../model/mesh-error.ts';
import { currentPace } from '../pace.ts';

const MOST_ATTEMPTS = 5;

/**
 * Does what leaves files behind when it fails, again and after a pause while Athena is too busy for it. Athena itself must
 * not be asked for the same again (`attempts: 1`): it writes to no place with anything in it. So each attempt, from 1 on,
 * makes room or takes a place of its own.
 */
export async function beginAnew<Result>(name: string, work: (attempt: number) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (thrown) {
      if (!(thrown instanceof MeshError && thrown.code === 'busy') || attempt === MOST_ATTEMPTS) throw thrown;
    }
    await currentPace().wait(`again ${name} (${attempt})`, attempt);
  }
}
