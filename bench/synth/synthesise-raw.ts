import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, CfnResource, FileAssetPackaging, Stack } from 'aws-cdk-lib';
import { newApp, readModel, type SynthesisGiven } from './synthesise-ours.ts';

interface PlainResource {
  readonly Type: string;
  readonly Properties: object;
  readonly DependsOn?: readonly string[];
}

export interface RawGiven extends SynthesisGiven {
  /** File of what each stack has: a list of parameters and resources, ready to be written. */
  readonly resources: string;
}

/** Nothing but the CDK: the same resources, finished and in memory, as the barest of its constructs. */
export function synthesiseRaw(given: RawGiven): void {
  const model = readModel(given);
  const stacks = JSON.parse(readFileSync(given.resources, 'utf8')) as {
    readonly [id: string]: {
      readonly Parameters?: { [id: string]: object };
      readonly Resources: { [id: string]: PlainResource };
    };
  };
  const manifests = new Map(model.products.map((product) => [product.stack, product]));
  const app = newApp(given);
  for (const [id, { Parameters = {}, Resources }] of Object.entries(stacks)) {
    const stack = new Stack(app, id);
    const product = manifests.get(id);
    if (product) {
      const text = JSON.stringify(product);
      const hash = createHash('sha256').update(text).digest('hex');
      writeFileSync(join(given.outdir, `asset.${hash}.json`), text);
      stack.synthesizer.addFileAsset({
        fileName: `asset.${hash}.json`,
        packaging: FileAssetPackaging.FILE,
        sourceHash: hash,
      });
    }
    for (const [name, parameter] of Object.entries(Parameters)) new CfnParameter(stack, name, parameter);
    const made = new Map<string, CfnResource>();
    for (const [name, { Type, Properties }] of Object.entries(Resources)) {
      made.set(
        name,
        new CfnResource(stack, name, { type: Type, properties: Properties as { [name: string]: unknown } }),
      );
    }
    for (const [name, { DependsOn = [] }] of Object.entries(Resources)) {
      for (const other of DependsOn) made.get(name)!.addResourceDependency(made.get(other)!);
    }
  }
  app.synth();
}
