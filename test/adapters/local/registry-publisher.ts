import { createRegistry } from '../../../lib/adapters/local/registry.local.ts';
import { createStore } from '../../../lib/adapters/local/store.ts';
import { samplePublication } from '../../conformance/samples.ts';

/** Publishes as a process of its own, each time from where it sees the pointer; prints `won <sequence>` or `lost`. */
const [home, name, times] = process.argv.slice(2) as [string, string, string];
const store = createStore({ home });
const registry = createRegistry({ store });
for (let attempt = 0; attempt < Number(times); attempt += 1) {
  const { sequence } = (await registry.find('logistics/scans'))!;
  const files = [{ path: `${name}/${sequence}`, bytes: 1, hash: `${sequence}` }];
  const inputs = { drops: { kind: 'source', digest: 'd', files } } as const;
  const publication = samplePublication(sequence + 1, { runId: name, inputs });
  console.log((await registry.publish(publication, sequence)) ? `won ${sequence}` : 'lost');
}
store.close();
