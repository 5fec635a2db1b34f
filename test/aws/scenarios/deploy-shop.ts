import type { Account } from './account.ts';
import { type DeployedMesh, openDeployed } from './deployed-mesh.ts';
import type { MeshFolder } from './mesh-folder.ts';
import { FIRST_ORDERS, ORDERS, RANKING } from './shop-files.ts';

/** Deploys a shop and lands its first orders; waits until the last product of the chain has published. */
export async function deployShop(account: Account, shop: MeshFolder): Promise<DeployedMesh> {
  await account.deploy(shop);
  const deployed = await openDeployed(shop.name);
  await deployed.land(ORDERS, 'sales/orders/1.csv', FIRST_ORDERS);
  await deployed.published(RANKING);
  return deployed;
}
