import { CfnDeletionPolicy, RemovalPolicy } from 'aws-cdk-lib';

/** What becomes of data when its stack is destroyed. */
export type Removal = 'retain' | 'destroy';

/** Data stays unless somebody says otherwise. */
export const DEFAULT_REMOVAL: Removal = 'retain';

/** As an L1 construct takes it. What a failed creation began holds no data, and goes. */
export function deletionPolicy(removal: Removal): CfnDeletionPolicy {
  return removal === 'destroy' ? CfnDeletionPolicy.DELETE : CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
}

/** As an L2 construct takes it. */
export function removalPolicy(removal: Removal): RemovalPolicy {
  return removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
