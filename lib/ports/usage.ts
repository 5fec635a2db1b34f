import type { ProductId } from '../model/names.ts';

/** What one product used on one day. */
export interface ProductUsage {
  /** That the product's own queries scanned, as they are billed. */
  readonly athenaBytes: number;
  readonly athenaQueries: number;
  readonly lambdaGbSeconds: number;
  readonly lambdaRequests: number;
  /** In the product's place, all versions, when it is asked: of days that are long over, it is today's. */
  readonly storageBytes: number;
}

/** What running products uses. */
export interface Usage {
  /**
   * @param day ISO, UTC
   * @throws MeshError when the product is not deployed
   */
  of(product: ProductId, day: string): Promise<ProductUsage>;
}
