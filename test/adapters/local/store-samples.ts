import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createStore, type Store, type StoreOptions } from '../../../lib/adapters/local/store.ts';

/** Gives every test a home of its own, and closes the stores it opened there. */
export function homeForEach(): { home(): string; open(options?: Partial<StoreOptions>): Store } {
  let home = '';
  let stores: Store[] = [];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'mesh-store-'));
  });
  afterEach(async () => {
    for (const store of stores) store.close();
    stores = [];
    await rm(home, { recursive: true, force: true });
  });
  return {
    home: () => home,
    open(options) {
      const store = createStore({ home, ...options });
      stores.push(store);
      return store;
    },
  };
}
