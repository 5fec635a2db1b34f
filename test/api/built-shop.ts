import { join } from 'node:path';
import { createLocalPorts, type LocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import { createSqlChecker } from '../../lib/adapters/local/sql-checker.ts';
import { build } from '../../lib/flow/build.ts';
import { loadModel } from '../../lib/loader/load-model.ts';
import { loadTransform } from '../../lib/loader/load-transform.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import { CODE, meshFolder, SHOP } from '../loader/mesh-folder.ts';

/** Three items have landed, and one label. */
export const DROPS = {
  '.mesh/landing/stock/items/1.csv': 'item_id,price,listed\ni1,1.5,2026-01-01\ni2,2.5,2026-01-02\ni3,5,2026-01-03\n',
  '.mesh/landing/sales/labels/1.ndjson': '{"label":" new "}\n',
};

/** A small mesh that is loaded, built and open. */
export async function builtShop(): Promise<{ ports: LocalPorts; model: MeshModel; folder: string }> {
  const folder = meshFolder({ ...SHOP, ...CODE, ...DROPS }, { keep: true });
  const home = join(folder, '.mesh');
  const checker = createSqlChecker();
  const { model } = await loadModel(join(folder, 'mesh.ts'), { home, sql: async () => checker });
  checker.close();
  const ports = createLocalPorts({ home, loadTransform: (product) => loadTransform(home, product) });
  await build(ports, model, { deliver: (handle) => ports.bus.drain(handle) });
  return { ports, model, folder };
}
