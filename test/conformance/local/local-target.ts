import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLocalPorts, type LocalPorts } from '../../../lib/adapters/local/create-local-ports.ts';
import { createJournals } from '../../../lib/adapters/local/journal.local.ts';
import { support } from '../../../lib/adapters/local/support.ts';
import { UnsupportedError } from '../../../lib/model/mesh-error.ts';
import { startScript } from '../../child-script.ts';
import { fixedClock } from '../../fixed-clock.ts';
import type { ConformanceTarget } from '../target.ts';

/** The embedded target in a temporary folder. */
export const localTarget: ConformanceTarget = {
  name: 'local',
  support,
  async create() {
    const root = await mkdtemp(join(tmpdir(), 'mesh-conformance-'));
    const home = join(root, 'home');
    const landing = join(root, 'landing');
    const clock = fixedClock('2026-01-31T08:00:00Z');
    const opened: LocalPorts[] = [];
    const openPorts = (): LocalPorts => {
      const loadTransform = () => Promise.reject(new Error('the samples have no code'));
      const ports = createLocalPorts({ home, landing, clock, loadTransform });
      // Time passes by itself, so that no test waits.
      const journals = createJournals({ home, clock, wait: async (milliseconds) => clock.advance(milliseconds) });
      opened.push(ports);
      return { ...ports, journals };
    };
    const ports = openPorts();
    return {
      ports,
      advance: (milliseconds) => clock.advance(milliseconds),
      anotherProcess: openPorts,
      async land(path, content) {
        const file = join(landing, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      },
      deliver: (handler) => ports.bus.drain(handler),
      async leaveUnfinished(product, steps) {
        const script = await startScript(new URL('unfinished-run.ts', import.meta.url), [
          home,
          product,
          JSON.stringify(steps),
        ]);
        const runId = await script.line();
        await script.kill();
        return runId;
      },
      async schedule() {
        throw new UnsupportedError('schedule', 'local', 'run `mesh build` whenever it is due, or deploy the mesh');
      },
      async remove() {
        for (const each of opened) each.close();
        await rm(root, { recursive: true, force: true });
      },
    };
  },
};
