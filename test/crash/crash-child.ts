import { readFileSync } from 'node:fs';
import { build } from '../../lib/flow/build.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import type { Journals } from '../../lib/ports/journal.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { type CrashPlace, openCrashPorts } from './crash-place.ts';

/** What a child is told: where to build what, and where to die. */
export interface CrashOrder extends CrashPlace {
  /** A file with the resolved mesh. */
  readonly model: string;
  /** Boundaries of steps, or of every call that changes something as well. */
  readonly boundaries: 'steps' | 'calls';
  /** The number of the boundary to die at, from 0; without it the child says each boundary it comes by. */
  readonly dieAt?: number;
}

const order = JSON.parse(process.argv[2]!) as CrashOrder;
let reached = 0;

function reach(boundary: string): void {
  if (order.dieAt === undefined) process.stdout.write(`${boundary}\n`);
  if (reached === order.dieAt) process.kill(process.pid, 'SIGKILL');
  reached += 1;
}

function boundJournals(journals: Journals): Journals {
  return {
    open: (product, run) =>
      journals.open(product, (journal) => {
        let isQuarantined = false;
        return run({
          runId: journal.runId,
          isResumed: journal.isResumed,
          sleep: (name, seconds) => journal.sleep(name, seconds),
          async step(name, work) {
            reach(`${product} before ${name}`);
            const result = await journal.step(name, async () => {
              const made = await work();
              reach(`${product} done ${name}`);
              return made;
            });
            // What lies between two steps dies before the second one.
            if (name === 'retain' || (name === 'announce' && isQuarantined)) reach(`${product} after ${name}`);
            isQuarantined ||= name === 'quarantine';
            return result;
          },
        });
      }),
  };
}

const CHANGES: { readonly [port: string]: readonly string[] } = {
  registry: ['register', 'publish', 'quarantine', 'expire'],
  ledger: ['record'],
  bus: ['announce'],
  grants: ['reconcile'],
  warehouse: ['stageSql', 'stageRows', 'merge', 'quarantine', 'discard', 'sweep'],
};

/** Every call that changes something has a boundary before and behind it. */
function boundCalls<Port extends object>(name: string, port: Port): Port {
  const changes = CHANGES[name] ?? [];
  return new Proxy(port, {
    get(target, key) {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== 'function' || !changes.includes(String(key))) return value;
      return async (...given: unknown[]) => {
        reach(`before ${name}.${String(key)}`);
        const result = (await value.apply(target, given)) as unknown;
        reach(`after ${name}.${String(key)}`);
        return result;
      };
    },
  });
}

const local = openCrashPorts(order);
let ports: Ports = { ...local, journals: boundJournals(local.journals) };
if (order.boundaries === 'calls') {
  const { registry, ledger, bus, grants, warehouse } = local;
  ports = {
    ...ports,
    registry: boundCalls('registry', registry),
    ledger: boundCalls('ledger', ledger),
    bus: boundCalls('bus', bus),
    grants: boundCalls('grants', grants),
    warehouse: boundCalls('warehouse', warehouse),
  };
}
const model = JSON.parse(readFileSync(order.model, 'utf8')) as MeshModel;
const results = await build(ports, model, { deliver: (handle) => local.bus.drain(handle) });
local.close();
const said = results.map((result) => {
  const why = result.kind === 'failed' ? `:${result.error.code}:${result.error.message}` : '';
  return `${result.product}=${result.kind}${why}`;
});
process.stdout.write(`results ${said.join(' ').replaceAll('\n', ' ')}\n`);
