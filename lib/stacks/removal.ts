import { CfnDeletionPolicy, RemovalPolicy } from 'aws-cdk-lib';

/** What becomes of data when its stack is destroyed. */
export type Removal = 'retain' | 'destroy';

/** Data stays unless somebody says otherwise. */
export const DEFAULT_REMOVAL: Removal = 'retain';

/** As an L1 construct takes it. */
export function deletionPolicy(removal: Removal): CfnDeletionPolicy {
  return removal === 'destroy' ? CfnDeletionPolicy.DELETE : CfnDeletionPolicy.RETAIN;
}

/** As an L2 construct takes it. */
export function removalPolicy(removal: Removal): RemovalPolicy {
  return removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
