import { createHash } from 'node:crypto';
import { CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { BundledFunction } from './bundled-function.ts';

/** The alias that events invoke. */
const LIVE = 'live';

/**
 * The function's version of now, and the alias that is on it. A durable execution goes on with the version that it
 * began on, so a version that another follows stays until the function goes.
 */
export class LiveVersion extends Construct {
  readonly alias: CfnAlias;

  constructor(scope: Construct, id: string, { function: of, ownPolicy }: BundledFunction) {
    super(scope, id);
    const version = new CfnVersion(this, `Version${hashOf(of)}`, { functionName: of.ref });
    // But for one of a deployment that is rolled back: the same deployment, tried again, would ask for a version that is
    // there already, and Lambda refuses that.
    version.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    // Nothing runs before it may do what it does.
    if (ownPolicy) version.addResourceDependency(ownPolicy);
    this.alias = new CfnAlias(this, 'Alias', {
      functionName: of.ref,
      functionVersion: version.attrVersion,
      name: LIVE,
    });
  }
}

/**
 * Of all that a version keeps, and of nothing else: Lambda refuses a version that is as the one before. Tokens are
 * resolved, because their numbers depend on what else is synthesised.
 */
function hashOf(of: Versioned) {
  const { code, environment, memorySize, timeout, durableConfig, runtime, description } = of;
  const { role, handler, architectures, loggingConfig, tracingConfig, deadLetterConfig } = of;
  const kept = {
    ...{ code, environment, memorySize, timeout, durableConfig, runtime, description },
    ...{ role, handler, architectures, loggingConfig, tracingConfig, deadLetterConfig },
  };
  const text = JSON.stringify(Stack.of(of).resolve(kept));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

type Versioned = BundledFunction['function'];
